import { describe, expect, it } from '@jest/globals';
import { fromDecimal, subtract, toDecimal, type Money } from '#kernel';
import { splitCommission, splitProblems, tieredCommission } from './commission.rules.ts';

const usd = (amount: string): Money => fromDecimal(amount, 'USD');
const tiers = [{ percent: '5' }, { upTo: '100', percent: '3' }];
const splits = [
  { user: 'ana', percent: '70' },
  { user: 'luis', percent: '30' },
];
const shares = (amount: Money) => splitCommission(amount, splits).map((share) => toDecimal(share.amount));

describe('a commission', () => {
  it('of 12,000 against a quota of 10,000 at 3 % and 5 % above is 400, split 280 and 120', () => {
    const earned = tieredCommission(usd('12000'), usd('10000'), tiers);
    expect(toDecimal(earned)).toBe('400.00');
    expect(shares(earned)).toEqual(['280.00', '120.00']);
    expect(toDecimal(tieredCommission(usd('9000'), usd('10000'), tiers))).toBe('270.00');
    expect(toDecimal(tieredCommission(usd('0'), usd('10000'), tiers))).toBe('0.00');
  });

  it('is taken back in part by a credit note of 1,000: -50, split -35 and -15', () => {
    const [before, after] = [usd('12000'), usd('11000')].map((sold) => tieredCommission(sold, usd('10000'), tiers));
    const back = subtract(after ?? usd('0'), before ?? usd('0'));
    expect(toDecimal(back)).toBe('-50.00');
    expect(shares(back)).toEqual(['-35.00', '-15.00']);
  });

  it('is split in whole', () => {
    expect(splitProblems(splits)).toEqual([]);
    expect(splitProblems([])).toEqual([]);
    expect(splitProblems([{ user: 'ana', percent: '99.5' }])).toMatchObject([{ code: 'SPLIT_NOT_WHOLE' }]);
  });
});
