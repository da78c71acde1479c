import { describe, expect, it } from '@jest/globals';
import { fromDecimal, toDecimal } from '#kernel';
import {
  attainmentOf,
  bonusIn,
  commissionLine,
  commissionPeriod,
  earnedIn,
  rateFor,
  sharedChange,
  statementTotal,
} from './pool.rules.ts';

const usd = (amount: string) => fromDecimal(amount, 'USD');
const pool = (sold: string, byRates = '0', quota?: string) => ({
  sold: usd(sold),
  byRates: usd(byRates),
  ...(quota !== undefined && { quota: usd(quota) }),
});

describe('what was earned in a period', () => {
  it('is by tiers against the quota where there are some, else by rates', () => {
    const tiers = [{ upTo: '100', percent: '3' }, { percent: '5' }];
    const earned = (...given: Parameters<typeof pool>) => toDecimal(earnedIn({ tiers }, pool(...given)));
    expect(earned('12000', '0', '10000')).toBe('400.00');
    expect(earned('11000', '0', '10000')).toBe('350.00');
    expect(earned('12000')).toBe('360.00');
    expect(earned('-50', '0', '10000')).toBe('0.00');
    expect(toDecimal(earnedIn({ tiers: [] }, pool('12000', '77.7')))).toBe('77.70');
  });

  it('is shared so that all changes come to the shares of the whole', () => {
    const splits = [
      { user: 'ana', percent: '70' },
      { user: 'luis', percent: '30' },
    ];
    const changes = (before: string, after: string) => sharedChange(usd(before), usd(after), splits).map(toDecimal);
    expect(changes('0', '400')).toEqual(['280.00', '120.00']);
    expect(changes('400', '350')).toEqual(['-35.00', '-15.00']);
    expect(changes('0.05', '0.10')).toEqual(['0.03', '0.02']);
  });

  it('has the bonus for the highest share of the quota that was reached', () => {
    const bonuses = [
      { from: '100', amount: usd('50') },
      { from: '120', amount: usd('200') },
    ];
    const bonus = (...given: Parameters<typeof pool>) => toDecimal(bonusIn({ bonuses }, pool(...given)));
    expect([bonus('9999.99', '0', '10000'), bonus('10000', '0', '10000'), bonus('12000', '0', '10000')]).toEqual([
      '0.00',
      '50.00',
      '200.00',
    ]);
    expect(bonus('12000')).toBe('0.00');
    expect(attainmentOf(pool('12345', '0', '10000'))).toBe('123.45');
  });

  it('has a rate of the product, the family, the role, else of the plan; on the margin above the cost', () => {
    const rates = [
      { role: 'seller', percent: '2' },
      { family: 'Drinks', percent: '3' },
      { family: 'Drinks/Juices', role: 'seller', percent: '4' },
      { product: 'p1', percent: '5' },
    ];
    const rate = (sale: object) => rateFor({ rates, percent: '1' }, { roles: [], ...sale });
    expect(rate({})).toBe('1');
    expect(rate({ roles: ['seller'] })).toBe('2');
    expect(rate({ roles: ['seller'], family: 'Drinks/Water' })).toBe('3');
    expect(rate({ roles: ['seller'], family: 'Drinks/Juices' })).toBe('4');
    expect(rate({ product: 'p1', family: 'Drinks' })).toBe('5');
    const line = { key: '1', quantity: '2', base: usd('100'), cost: usd('60'), isNet: false };
    expect(toDecimal(commissionLine({ basis: 'MARGIN' }, line, '10').amount)).toBe('4.00');
    expect(toDecimal(commissionLine({ basis: 'INVOICED' }, line, '10').amount)).toBe('10.00');
  });

  it('is paid up to the cap, with bonus, spiffs and corrections, less what is held back', () => {
    const parts = { bonus: usd('50'), spiffs: usd('20'), adjustment: usd('-5'), held: usd('10') };
    expect(toDecimal(statementTotal({ earned: usd('400'), ...parts }).total)).toBe('455.00');
    expect(toDecimal(statementTotal({ earned: usd('400'), cap: usd('300'), ...parts }).total)).toBe('365.00');
  });

  it('is held back of what was earned, not of the cap; what is released comes on top of it', () => {
    const total = (earned: string, held: string) => {
      const nothing = { bonus: usd('0'), spiffs: usd('0'), adjustment: usd('0') };
      return toDecimal(statementTotal({ earned: usd(earned), held: usd(held), cap: usd('500'), ...nothing }).total);
    };
    expect([total('2000', '800'), total('600', '800'), total('600', '200'), total('600', '-50')]).toEqual([
      ...['500.00', '-200.00', '400.00', '550.00'],
    ]);
  });

  it.each([
    ['MONTH', '2026-02-10', '2026-02-01', '2026-02-28'],
    ['QUARTER', '2026-12-31', '2026-10-01', '2026-12-31'],
    ['YEAR', '2026-05-01', '2026-01-01', '2026-12-31'],
  ] as const)('is of a %s of the calendar', (frequency, day, from, to) => {
    expect(commissionPeriod(frequency, day)).toEqual({ from, to });
  });
});
