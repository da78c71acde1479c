import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { moneyOf, toDecimal } from '#kernel';
import { documentAmounts } from './document-amounts.rules.ts';
import type { StoredLine } from './document-line.entity.ts';
import { shareOfLine, totalsOfLines } from './line-share.rules.ts';

type Priced = { quantity: string; unitPrice: string; percent: string; header: string; pricesIncludeTax?: boolean };

const lineOf = ({ quantity, unitPrice, percent, header, pricesIncludeTax = false }: Priced): StoredLine => {
  const { lines } = documentAmounts({
    currency: 'USD',
    taxRounding: 'LINE',
    pricesIncludeTax,
    headerDiscounts: [{ percent: header }],
    lines: [
      {
        ...{ id: '1', quantity, unitPrice },
        discounts: [{ id: 'manual-1', source: 'MANUAL', kind: 'PERCENT', value: percent, stacking: 'CASCADE' }],
        taxes: [
          { code: 'ICE', kind: 'EXCISE', percent: '10' },
          { code: 'IVA', kind: 'VAT', percent: '15' },
          { code: 'RET', kind: 'WITHHOLDING', percent: '1' },
        ],
      },
    ],
  });
  const [line] = lines;
  if (!line) throw new Error('Nothing was priced.');
  return { ...line, key: '1', quantity, priceStep: 'MANUAL', priceTrace: [] };
};

const cents = (max: number) => fc.integer({ min: 1, max }).map((minor) => toDecimal(moneyOf(minor, 'USD')));
const priced = fc.record({
  quantity: cents(100_00),
  unitPrice: cents(1000_00),
  percent: fc.integer({ min: 0, max: 100 }).map(String),
  header: fc.integer({ min: 0, max: 100 }).map(String),
  pricesIncludeTax: fc.boolean(),
});

describe('parts of a priced line', () => {
  it('have a third each, and the last one what rounding left', () => {
    const line = lineOf({ quantity: '3', unitPrice: '3.35', percent: '0', header: '0' });
    const parts = ['0', '1', '2'].map((before) => shareOfLine(line, { before, quantity: '1' }));
    expect(toDecimal(line.base)).toBe('10.05');
    expect(parts.map(({ base }) => toDecimal(base))).toEqual(['3.35', '3.35', '3.35']);
    expect(parts.map(({ tax }) => toDecimal(tax))).toEqual(['0.89', '0.89', '0.89']);
    expect(toDecimal(line.tax)).toBe('2.67');
  });

  it('add up to it, however it is divided, with and without taxes in its price', () => {
    fc.assert(
      fc.property(priced, fc.integer({ min: 0, max: 100 }), (given, cut) => {
        const line = lineOf(given);
        const first = (Number(line.quantity) * cut) / 100;
        const quantities = [first.toFixed(4), (Number(line.quantity) - Number(first.toFixed(4))).toFixed(4)];
        const parts = [
          shareOfLine(line, { before: '0', quantity: quantities[0] ?? '' }),
          shareOfLine(line, { before: quantities[0] ?? '', quantity: quantities[1] ?? '' }),
        ];
        expect(totalsOfLines(parts, 'USD')).toEqual(totalsOfLines([line], 'USD'));
        for (const { gross, discount, net, base, tax, total } of parts) {
          expect(net.minor).toBe(gross.minor - discount.minor);
          expect(total.minor).toBe(base.minor + tax.minor);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('of nothing are nothing', () => {
    const line = lineOf({ quantity: '0', unitPrice: '5', percent: '0', header: '0' });
    expect(shareOfLine(line, { before: '0', quantity: '0' }).total.minor).toBe(0);
    expect(totalsOfLines([], 'EUR').payable).toEqual({ minor: 0, currency: 'EUR' });
  });
});
