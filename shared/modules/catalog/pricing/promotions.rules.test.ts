import { describe, expect, it } from '@jest/globals';
import { moneyOf, toDecimal, type Money } from '#kernel';
import { documentAmounts, type DocumentLine } from './document-amounts.rules.ts';
import type { DocumentPromotion } from './promotions.rules.ts';

const usd = (minor: number): Money => moneyOf(minor, 'USD');
const written = (amounts: readonly Money[]): readonly string[] => amounts.map(toDecimal);
const line = (id: string, quantity: string, unitPrice: string, product?: string): DocumentLine => ({
  id,
  quantity,
  unitPrice,
  discounts: [],
  taxes: [],
  ...(product && { product }),
});
const priced = (lines: readonly DocumentLine[], promotions: readonly DocumentPromotion[]) =>
  documentAmounts({ currency: 'USD', taxRounding: 'LINE', lines, promotions });

const about = { id: 'promo', priority: 1, stopsFurther: false };
const threeForTwo = (lines: readonly string[], mixed = false): DocumentPromotion => ({
  ...about,
  kind: 'BUY_X_GET_Y',
  buy: 2,
  get: 1,
  percent: '100',
  mixed,
  lines,
});

describe('promotions', () => {
  it('give units away as a discount: 7 x 4.50 at three for two is 22.50', () => {
    const { gross, lineDiscount, base } = priced([line('a', '7', '4.5')], [threeForTwo(['a'])]);
    expect(written([gross, lineDiscount, base])).toEqual(['31.50', '9.00', '22.50']);
  });

  it('round half a cent up where the quantity does not divide: 7 of 12 units of 15.06 are 8.785', () => {
    const gift = { ...threeForTwo(['a']), buy: 5, get: 7 } as DocumentPromotion;
    expect(toDecimal(priced([line('a', '12', '1.255')], [gift]).lineDiscount)).toBe('8.79');
  });

  it('give the cheapest units away in mixed sets', () => {
    const lines = [line('a', '2', '10'), line('b', '1', '4')];
    const { base } = priced(lines, [threeForTwo(['a', 'b'], true)]);
    expect(toDecimal(base)).toBe('20.00');
    expect(toDecimal(priced(lines, [threeForTwo(['a', 'b'])]).base)).toBe('24.00');
  });

  it('give another product to whom buys enough of one', () => {
    const gift: DocumentPromotion = { ...threeForTwo(['a']), gifts: ['b'] } as DocumentPromotion;
    const { lines } = priced([line('a', '4', '10'), line('b', '3', '2')], [gift]);
    expect(written(lines.map(({ net }) => net))).toEqual(['40.00', '2.00']);
  });

  it('sell bundles for a price of their own, as many as there are whole', () => {
    const bundle: DocumentPromotion = {
      ...about,
      kind: 'BUNDLE',
      items: [
        { product: 'phone', quantity: '1' },
        { product: 'case', quantity: '2' },
      ],
      price: usd(11_000),
      lines: ['a', 'b'],
    };
    const lines = [line('a', '2', '100', 'phone'), line('b', '3', '10', 'case')];
    expect(toDecimal(priced(lines, [bundle]).base)).toBe('220.00');
  });

  it('reduce what reaches a threshold, by the last step that it reaches; one may stop those behind it', () => {
    const steps = [
      { from: usd(10_000), percent: '5' },
      { from: usd(20_000), amount: usd(3000) },
    ];
    const threshold: DocumentPromotion = { ...about, kind: 'THRESHOLD', steps, lines: ['a', 'b'] };
    const big = [line('a', '1', '150'), line('b', '1', '50')];
    expect(toDecimal(priced(big, [threshold]).base)).toBe('170.00');
    expect(toDecimal(priced([line('a', '1', '150')], [threshold]).base)).toBe('142.50');
    expect(toDecimal(priced([line('a', '1', '99.99')], [threshold]).base)).toBe('99.99');

    const first: DocumentPromotion = { ...threshold, id: 'first', priority: 5, stopsFurther: true };
    expect(toDecimal(priced(big, [threshold, first]).base)).toBe('170.00');
  });
});
