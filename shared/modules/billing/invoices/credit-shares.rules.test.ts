import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { moneyOf } from '#kernel';
import { credited, remainingOf, shareOfBase, shareOfTotal, shareOfUnits, spread } from './credit-shares.rules.ts';
import { negativeAmounts } from './credit-amounts.rules.ts';
import { totalOf } from './credit-lines.rules.ts';
import type { InvoiceLine, LineShare } from './invoice.entity.ts';

const usd = (minor: number) => moneyOf(minor, 'USD');
const tax = (code: string, base: number, amount: number) => ({
  ...{ code, kind: 'VAT' as const, percent: '15' },
  ...{ base: usd(base), amount: usd(amount) },
});

/** L1 of domain 2.5: 3 at 19.99, 10 % off the line and 5 % off the whole. */
const lineOf = (quantity: string, gross: number, off: number, header: number, taxes: readonly [string, number][]) =>
  ({
    ...{ key: '1', quantity, credited: '0', gross: usd(gross), discount: usd(off), headerDiscount: usd(header) },
    base: usd(gross - off - header),
    taxes: taxes.map(([code, amount]) => tax(code, gross - off - header, amount)),
  }) as unknown as InvoiceLine;
const l1 = lineOf('3', 5997, 600, 270, [['EC-IVA-4', 769]]);

const lines = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 90_000 }), fc.nat(3000), fc.nat(3000), fc.nat(9000))
  .map(([units, net, off, header, vat]) =>
    lineOf(String(units), net + off + header, off, header, [
      ['V', vat],
      ['X', 7],
    ]),
  );
const minors = ({ gross, discount, headerDiscount, base, taxes }: LineShare) =>
  [gross, discount, headerDiscount, base, ...taxes.map(({ amount }) => amount)].map(({ minor }) => minor);

describe('what credit notes take of a line', () => {
  it('is never less than nothing', () => {
    const below = { ...shareOfBase(remainingOf(l1), usd(1000), []), base: usd(-1) };
    expect(() => credited(l1, below, false)).toThrow('less than nothing');
    expect(negativeAmounts([{ base: usd(0) }, below], usd(-1)).map(({ path }) => path)).toEqual([
      ['lines', 1, 'base'],
      ['total'],
    ]);
  });

  it('is in proportion', () => {
    expect(minors(shareOfUnits(remainingOf(l1), '1', []))).toEqual([1999, 200, 90, 1709, 256]);
    expect(minors(shareOfBase(remainingOf(l1), usd(1000), []))).toEqual([1000, 0, 0, 1000, 150]);
    expect(minors(shareOfTotal(remainingOf(l1), usd(1000)))).toEqual([870, 0, 0, 870, 130]);
    expect(
      spread(
        usd(100),
        [usd(1), usd(1), usd(1)].map(() => usd(100)),
      ).map(({ minor }) => minor),
    ).toEqual([34, 33, 33]);
  });

  it('adds up to the line exactly, in whatever steps it is taken, and no part is ever negative', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('units', 'base', 'total'), fc.integer({ min: 1, max: 99 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(lines, steps, (line, taken) => {
        let so = line;
        const sums = minors(remainingOf(line)).map(() => 0);
        const take = (share: LineShare, isReturned: boolean): void => {
          expect(Math.min(...minors(share))).toBeGreaterThanOrEqual(0);
          expect(share.gross.minor).toBe(share.discount.minor + share.headerDiscount.minor + share.base.minor);
          so = credited(so, share, isReturned);
          minors(share).forEach((minor, index) => (sums[index] = (sums[index] ?? 0) + minor));
        };
        for (const [how, percent] of taken) {
          const left = remainingOf(so);
          const part = (whole: number) => Math.floor((whole * percent) / 100);
          const units = part(Number(left.quantity));
          if (how === 'units' && units > 0) take(shareOfUnits(left, String(units), []), true);
          if (how === 'base') take(shareOfBase(left, usd(part(left.base.minor)), []), false);
          if (how === 'total') take(shareOfTotal(left, usd(part(totalOf(left).minor))), false);
        }
        const left = remainingOf(so);
        take(shareOfUnits(left, left.quantity, []), true);
        const [, , , base, ...taxes] = sums;
        const [, , , wholeBase, ...wholeTaxes] = minors(remainingOf(line));
        expect([base, ...taxes]).toEqual([wholeBase, ...wholeTaxes]);
        expect(() => credited(so, { ...left, quantity: '1' }, true)).toThrow(/less is left/);
      }),
    );
  });
});
