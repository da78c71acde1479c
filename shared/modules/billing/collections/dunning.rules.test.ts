import { describe, expect, it } from '@jest/globals';
import { toDecimal } from '#kernel';
import { lateInterest, letterDue, levelAt, type Debt, type Policy } from './dunning.rules.ts';

const policy: Policy = {
  levels: [
    { level: 0, days: -3 },
    { level: 1, days: 3 },
    { level: 2, days: 10 },
    { level: 3, days: 20 },
    { level: 4, days: 35 },
    { level: 5, days: 60 },
  ],
  minDaysBetween: 7,
  minAmount: { minor: 1000, currency: 'USD' },
};
const debt = (dueOn: string, more: Partial<Debt> = {}): Debt => ({
  id: dueOn,
  dueOn,
  open: { minor: 5000, currency: 'USD' },
  disputed: false,
  promised: false,
  ...more,
});
const level = (debts: readonly Debt[], standing = {}, today = '2026-11-22') =>
  letterDue(debts, policy, standing, today)?.level;

describe('dunning', () => {
  it('reaches a level when its days have passed', () => {
    const at = (today: string) => levelAt('2026-11-20', today, policy.levels);
    expect([at('2026-11-16'), at('2026-11-17'), at('2026-11-22')]).toEqual([undefined, 0, 0]);
    expect([at('2026-11-23'), at('2026-11-30'), at('2026-12-10')]).toEqual([1, 2, 3]);
    expect([at('2026-12-25'), at('2027-01-19')]).toEqual([4, 5]);
  });

  it('writes the highest level of the invoices, once, with days between', () => {
    const debts = [debt('2026-11-20'), debt('2026-11-10')];
    expect(letterDue(debts, policy, {}, '2026-11-22')).toMatchObject({ level: 2, debts });
    expect(level(debts, { lastLevel: 2, lastOn: '2026-11-01' })).toBeUndefined();
    expect(level(debts, { lastLevel: 1, lastOn: '2026-11-16' })).toBeUndefined();
    expect(level(debts, { lastLevel: 1, lastOn: '2026-11-15' })).toBe(2);
    expect(level(debts, { lastLevel: 2, lastOn: '2026-11-15', raisedTo: 3 })).toBe(3);
    expect(level([debt('2026-01-01')], { raisedTo: 9 })).toBe(5);
  });

  it('leaves out what is disputed, promised or too little', () => {
    expect(level([debt('2026-11-01', { disputed: true }), debt('2026-11-01', { promised: true })])).toBeUndefined();
    expect(level([debt('2026-11-01', { open: { minor: 999, currency: 'USD' } })])).toBeUndefined();
    expect(level([debt('2026-11-01', { disputed: true }), debt('2026-11-18')])).toBe(1);
    expect(level([])).toBeUndefined();
  });

  it('counts simple interest of the days that it is late', () => {
    const interest = (today: string) =>
      toDecimal(lateInterest({ minor: 100_000, currency: 'USD' }, '2026-10-01', today, '9.5'));
    // 1000.00 x 9.5 % x 45 / 365
    expect(interest('2026-11-15')).toBe('11.71');
    expect(interest('2026-09-15')).toBe('0.00');
  });
});
