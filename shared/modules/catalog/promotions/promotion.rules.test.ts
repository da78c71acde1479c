import { describe, expect, it } from '@jest/globals';
import { moneyOf } from '#kernel';
import { covers, isEnough, isFor, promotionProblems } from './promotion.rules.ts';

const sale = { account: 'acc', priceGroup: 'Chain', channel: 'store', coupons: [], day: '2026-11-22' };
const line = { product: 'red', variantOf: 'shirt', family: 'Clothes/Shirts', brand: 'Acme', quantity: '3' };

describe('a promotion', () => {
  it('speaks to a sale by day, channel, customer, group and coupon', () => {
    expect(isFor({}, sale)).toBe(true);
    expect([
      isFor({ validFrom: '2026-11-22', validTo: '2026-11-22' }, sale),
      isFor({ validTo: '2026-11-21' }, sale),
    ]).toEqual([true, false]);
    expect([
      isFor({ channel: 'web' }, sale),
      isFor({ accounts: ['acc'] }, sale),
      isFor({ accounts: ['other'] }, sale),
    ]).toEqual([false, true, false]);
    expect([isFor({ groups: ['Chain'] }, sale), isFor({ groups: ['X'] }, sale)]).toEqual([true, false]);
    expect([
      isFor({ coupon: 'SUMMER' }, sale),
      isFor({ coupon: 'SUMMER' }, { ...sale, coupons: [' summer '] }),
    ]).toEqual([false, true]);
  });

  it('is for products, families with those within, brands, less those excluded; or for everything', () => {
    expect(covers({}, line)).toBe(true);
    expect([covers({ products: ['shirt'] }, line), covers({ products: ['x'] }, line)]).toEqual([true, false]);
    expect([covers({ families: ['clothes'] }, line), covers({ families: ['Cloth'] }, line)]).toEqual([true, false]);
    expect([covers({ brands: ['ACME'] }, line), covers({ brands: ['ACME'], excluded: ['red'] }, line)]).toEqual([
      true,
      false,
    ]);
    expect([isEnough(line, '3'), isEnough(line, '3.5')]).toEqual([true, false]);
  });

  it('says what its kind needs', () => {
    expect(promotionProblems({ kind: 'PERCENT' })).toMatchObject([{ code: 'INCOMPLETE_PROMOTION', path: ['value'] }]);
    expect(promotionProblems({ kind: 'PERCENT', value: '101' })).toMatchObject([{ code: 'BAD_INPUT' }]);
    expect(promotionProblems({ kind: 'BUNDLE', items: [] })).toHaveLength(2);
    const from = moneyOf(1, 'USD');
    expect(promotionProblems({ kind: 'THRESHOLD', steps: [{ from }] })).toMatchObject([{ path: ['steps', 0] }]);
    expect(promotionProblems({ kind: 'THRESHOLD', steps: [{ from, percent: '5' }] })).toEqual([]);
  });
});
