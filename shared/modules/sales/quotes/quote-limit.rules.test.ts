import { describe, expect, it } from '@jest/globals';
import { Exact } from '#kernel/decimals';
import type { QuoteRow } from './quote.entity.ts';
import { givenAway, limitsFor, passedLimits } from './quote-limit.rules.ts';

const usd = (minor: number) => ({ minor, currency: 'USD' });
const quote = (lines: readonly object[]) =>
  ({
    totals: { gross: usd(20_000), lineDiscount: usd(1_000), headerDiscount: usd(1_500) },
    lines,
  }) as unknown as QuoteRow;
const line = { counts: true, quantity: '2', base: usd(10_000), unitCost: usd(4_000) };
const everybody = { mostDiscount: '10' };
const sellers = { role: 'seller', mostDiscount: '15' };
const north = { team: 'tem_1', mostDiscount: '20', leastMargin: '5' };

describe('limits of offers', () => {
  it('measure discounts against the gross amount, and the margin of lines whose cost is known', () => {
    const unknown = { counts: true, quantity: '1', base: usd(7_500) };
    const optional = { ...line, counts: false, unitCost: usd(1) };
    const { discount, margin } = givenAway(quote([line, unknown, optional]));
    expect([discount.toString(), margin?.toString()]).toEqual(['12.5', '20']);
    expect(givenAway(quote([unknown])).margin).toBeUndefined();
    expect(givenAway(quote([{ ...line, base: usd(0) }])).margin?.toString()).toBe('-100');
  });

  it('are those of one’s role and teams, else those for everybody', () => {
    const all = [everybody, sellers, north];
    expect(limitsFor(all, { roles: ['manager'], teams: [] })).toEqual([everybody]);
    expect(limitsFor(all, { roles: ['seller'], teams: ['tem_1'] })).toEqual([sellers, north]);
    expect(limitsFor([{ ...north, role: 'seller' }], { roles: ['seller'], teams: [] })).toEqual([]);
  });

  it('are passed when none of them lets the offer through', () => {
    const gives = (discount: string, margin?: string) => ({
      discount: new Exact(discount),
      margin: margin === undefined ? undefined : new Exact(margin),
    });
    expect(passedLimits([], gives('99'))).toEqual([]);
    expect(passedLimits([everybody], gives('10'))).toEqual([]);
    expect(passedLimits([everybody], gives('10.01'))).toEqual(['DISCOUNT']);
    expect(passedLimits([sellers, north], gives('18', '6'))).toEqual([]);
    expect(passedLimits([sellers, north], gives('18', '4.9'))).toEqual(['DISCOUNT', 'MARGIN']);
    expect(passedLimits([{ leastMargin: '5' }], gives('50'))).toEqual([]);
  });
});
