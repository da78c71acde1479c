import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromDecimal, moneyOf, toDecimal } from '#kernel';
import { accrualOf, nextTier, rebateOf, tierProblems, type RebateMode, type Tier } from './rebate.rules.ts';

const tiers: readonly Tier[] = [
  { from: '0', percent: '0' },
  { from: '10000', percent: '2' },
  { from: '25000', percent: '4' },
];
const reached = (amount: string) => ({ measure: amount, amount: fromDecimal(amount, 'USD') });
const rebate = (mode: RebateMode, amount: string) => toDecimal(rebateOf(tiers, mode, reached(amount)));

describe('a rebate', () => {
  it.each([
    ['30000', '1200.00', '500.00'],
    ['28500', '1140.00', '440.00'],
    ['24999.99', '500.00', '300.00'],
    ['25000', '1000.00', '300.00'],
    ['9999.99', '0.00', '0.00'],
    ['0', '0.00', '0.00'],
  ])('of %s is %s for all, %s slice by slice', (amount, all, slices) => {
    expect([rebate('ALL_UNITS', amount), rebate('INCREMENTAL', amount)]).toEqual([all, slices]);
  });

  it('may count pieces and give a share of the money', () => {
    const pieces = [{ from: '100', percent: '5' }];
    const so = { measure: '200', amount: fromDecimal('1000', 'USD') };
    expect([rebateOf(pieces, 'ALL_UNITS', so), rebateOf(pieces, 'INCREMENTAL', so)].map(toDecimal)).toEqual([
      '50.00',
      '25.00',
    ]);
  });

  it('rounds half a cent up where pieces do not divide the money: 11 ninths of 4.50 at one percent are 0.055', () => {
    const pieces = [
      { from: '0', percent: '1' },
      { from: '7', percent: '2' },
    ];
    const nine = { measure: '9', amount: fromDecimal('4.50', 'USD') };
    expect(toDecimal(rebateOf(pieces, 'INCREMENTAL', nine))).toBe('0.06');
  });

  it('grows by documents and shrinks by returns; what was accrued is always what is due', () => {
    const amounts = fc.array(fc.integer({ min: -500_000, max: 1_500_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(amounts, fc.constantFrom('ALL_UNITS' as const, 'INCREMENTAL' as const), (documents, mode) => {
        let [total, accrued] = [0, 0];
        for (const document of documents) {
          const before = reached(toDecimal(moneyOf(total, 'USD')));
          total += document;
          accrued += accrualOf(tiers, mode, before, reached(toDecimal(moneyOf(total, 'USD')))).minor;
        }
        expect(accrued).toBe(rebateOf(tiers, mode, reached(toDecimal(moneyOf(total, 'USD')))).minor);
      }),
    );
  });

  it('shows what is missing to the next tier', () => {
    expect(nextTier(tiers, '24999.99')).toEqual({ tier: tiers[2], missing: '0.01' });
    expect(nextTier(tiers, '25000')).toBeUndefined();
  });

  it('needs tiers, each once', () => {
    expect(tierProblems([])).toMatchObject([{ code: 'NO_TIERS' }]);
    expect(tierProblems([...tiers, { from: '0', percent: '1' }])).toMatchObject([{ code: 'TIER_TWICE' }]);
  });
});
