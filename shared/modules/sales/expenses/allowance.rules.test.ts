import { describe, expect, it } from '@jest/globals';
import { fromDecimal, toDecimal } from '#kernel';
import { allowanceFor, assess, byRate, converted, type Allowance, type Claim } from './allowance.rules.ts';

const usd = (amount: string) => fromDecimal(amount, 'USD');
const meals: Allowance = { kind: 'RECEIPT', category: 'MEALS', perDay: usd('30'), over: 'CUT' };
const any: Allowance = { kind: 'RECEIPT', perExpense: usd('100'), over: 'APPROVE' };
const days: Allowance = { kind: 'PER_DIEM', rate: '45.50', over: 'CUT' };
const claim: Claim = { kind: 'RECEIPT', category: 'MEALS' };
const shown = ({ payable, excess, cap, needsApproval }: ReturnType<typeof assess>) => [
  toDecimal(payable),
  toDecimal(excess),
  cap,
  needsApproval,
];

describe('what of an expense is paid', () => {
  it('follows the policy of its category, else that of all', () => {
    expect(allowanceFor([any, meals, days], claim)).toBe(meals);
    expect(allowanceFor([any, meals, days], { ...claim, category: 'FUEL' })).toBe(any);
    expect(allowanceFor([meals], { ...claim, kind: 'MILEAGE' })).toBeUndefined();
  });

  it('is cut at the cap of the day, of which others have used a part', () => {
    const at = (value: string, before: string) => shown(assess(usd(value), { policy: meals, before: usd(before) }));
    expect(at('30', '0')).toEqual(['30.00', '0.00', undefined, false]);
    expect(at('18.20', '20')).toEqual(['10.00', '8.20', 'PER_DAY', false]);
    expect(at('5', '35')).toEqual(['0.00', '5.00', 'PER_DAY', false]);
  });

  it('is paid in whole above a cap that somebody agrees to', () => {
    expect(shown(assess(usd('120'), { policy: any, before: usd('0') }))).toEqual([
      '120.00',
      '20.00',
      'PER_EXPENSE',
      true,
    ]);
    expect(shown(assess(usd('120'), { before: usd('500') }))).toEqual(['120.00', '0.00', undefined, false]);
  });

  it('counts days and kilometres by their rate, to the cent', () => {
    const trip = { ...claim, kind: 'PER_DIEM', days: '2.5' } as const;
    const rate = byRate(trip, days, 'USD');
    expect(rate && toDecimal(rate)).toBe('113.75');
    expect(byRate(trip, undefined, 'USD')).toBeUndefined();
    expect(byRate(claim, any, 'USD')).toBeUndefined();
    expect(shown(assess(usd('200'), { policy: days, before: usd('0'), ...(rate && { rate }) }))).toEqual([
      '113.75',
      '86.25',
      'RATE',
      false,
    ]);
  });

  it('is counted in the company’s currency, rounded half up', () => {
    expect(toDecimal(converted(fromDecimal('10.05', 'EUR'), '1.1', 'USD'))).toBe('11.06');
    expect(toDecimal(converted(fromDecimal('1000', 'CLP'), '0.00105', 'USD'))).toBe('1.05');
  });
});
