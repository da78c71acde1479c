import { describe, expect, it } from '@jest/globals';
import { entryProblems, type PriceAsk, type PriceEntry } from './price-entries.rules.ts';
import { groupHolder, placeOf, placesAt, placesOf, type Holders, type PricedItem } from './price-places.rules.ts';
import { findPrice } from './price.rules.ts';

const item: PricedItem = {
  product: 'red',
  variantOf: 'shirt',
  family: 'Clothes/Shirts',
  brand: 'Acme',
  ownUnit: 'unit',
  units: new Map([
    ['unit', '1'],
    ['box', '12'],
  ]),
  listPrice: { price: '20', currency: 'USD' },
};
const retail = { id: 'retail', includesTax: false };
const ask: PriceAsk = { quantity: '1', unit: 'unit', day: '2026-11-22', currency: 'USD', rates: new Map() };
const entry = (price: string, more: Partial<PriceEntry> = {}): PriceEntry => ({ price, minQuantity: '0', ...more });

const found = (
  prices: Readonly<Record<string, readonly PriceEntry[]>>,
  {
    holders = {},
    asked = {},
    of = {},
  }: { holders?: Partial<Holders>; asked?: Partial<PriceAsk>; of?: Partial<PricedItem> } = {},
) =>
  findPrice({ ...item, ...of }, { lists: [retail], ...holders }, { ...ask, ...asked }, new Map(Object.entries(prices)));
const price = (...given: Parameters<typeof found>) => found(...given)?.unitPrice;

describe('a price', () => {
  it('is looked for at the customer, its group, its list, and last at the product', () => {
    const holders = { account: 'acc', group: 'Chain' };
    const all = {
      [placeOf('acc', 'PRODUCT', 'shirt')]: [entry('11')],
      [placeOf(groupHolder('Chain'), 'PRODUCT', 'shirt')]: [entry('12')],
      [placeOf('retail', 'ALL')]: [entry('13')],
    };
    expect(found(all, { holders })).toMatchObject({ unitPrice: '11', step: 'CONTRACT' });
    const { [placeOf('acc', 'PRODUCT', 'shirt')]: _, ...others } = all;
    expect(found(others, { holders })).toMatchObject({ unitPrice: '12', step: 'CONTRACT_GROUP' });
    expect(found(all)).toMatchObject({ unitPrice: '13', step: 'PRICELIST' });
    expect(found({}, { holders })).toMatchObject({ unitPrice: '20', step: 'PRODUCT' });
  });

  it('of a variant comes before that of the product, its nearest family, the brand and everything', () => {
    const prices = new Map([
      [placeOf('retail', 'VARIANT', 'red'), [entry('1')]],
      [placeOf('retail', 'PRODUCT', 'shirt'), [entry('2')]],
      [placeOf('retail', 'FAMILY', 'Clothes/Shirts'), [entry('3')]],
      [placeOf('retail', 'FAMILY', 'Clothes'), [entry('4')]],
      [placeOf('retail', 'BRAND', 'Acme'), [entry('5')]],
      [placeOf('retail', 'ALL'), [entry('6')]],
    ]);
    const order: (string | undefined)[] = [];
    for (const place of [...prices.keys()]) {
      order.push(price(Object.fromEntries(prices)));
      prices.delete(place);
    }
    expect(order).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('is that of the greatest quantity reached, then of the latest beginning', () => {
    const prices = {
      [placeOf('retail', 'PRODUCT', 'shirt')]: [
        entry('10'),
        entry('9', { minQuantity: '10' }),
        entry('8', { minQuantity: '10', validFrom: '2026-01-01' }),
        entry('1', { validFrom: '2027-01-01' }),
        entry('2', { validTo: '2026-11-21' }),
      ],
    };
    expect([
      price(prices),
      price(prices, { asked: { quantity: '9.99' } }),
      price(prices, { asked: { quantity: '10' } }),
    ]).toEqual(['10', '10', '8']);
    expect(price(prices, { asked: { day: '2027-01-01' } })).toBe('1');
  });

  it('counts in units and currencies of its own, and is rounded to six decimals only', () => {
    const boxes = { [placeOf('retail', 'PRODUCT', 'shirt')]: [entry('100', { unit: 'box', minQuantity: '1' })] };
    expect(price(boxes)).toBe('20');
    expect(price(boxes, { asked: { quantity: '12' } })).toBe('8.333333');
    expect(price(boxes, { asked: { unit: 'box' } })).toBe('100');
    expect(price({}, { asked: { unit: 'box' } })).toBe('240');
    const euros = { [placeOf('retail', 'ALL')]: [entry('10', { currency: 'EUR' })] };
    expect(price(euros)).toBe('20');
    expect(price(euros, { asked: { rates: new Map([['EUR', '1.1']]) } })).toBe('11');
    expect(price({}, { asked: { currency: 'PEN' } })).toBeUndefined();
  });

  it('holds for a warehouse or channel only where it says so', () => {
    const prices = { [placeOf('retail', 'ALL')]: [entry('5', { channel: 'web' }), entry('6', { warehouse: 'North' })] };
    expect([
      price(prices),
      price(prices, { asked: { channel: 'web' } }),
      price(prices, { asked: { warehouse: 'North' } }),
    ]).toEqual(['20', '5', '6']);
  });

  it('may be zero, where somebody wrote it, and is not there where nobody did', () => {
    expect(price({ [placeOf('retail', 'ALL')]: [entry('0')] })).toBe('0');
    const { listPrice: _, ...unpriced } = item;
    expect(findPrice(unpriced, { lists: [retail] }, ask, new Map())).toBeUndefined();
  });

  it('follows the list that its list rests upon, changed by percent, rounding, surcharge and margins', () => {
    const lists = [
      { ...retail, adjustment: { percent: '-10', roundTo: '0.5', surcharge: '-0.01' } },
      { id: 'base', includesTax: false },
    ];
    const base = { [placeOf('base', 'ALL')]: [entry('21.3')] };
    expect(found(base, { holders: { lists } })).toMatchObject({
      unitPrice: '18.99',
      step: 'PRICELIST',
      trace: [
        { step: 'PRICELIST', value: '21.3' },
        { step: 'ADJUSTMENT', place: 'retail', value: '18.99' },
      ],
    });
    const bounded = [{ ...retail, adjustment: { percent: '50', maxMargin: '5' } }, lists[1] ?? retail];
    expect(price(base, { holders: { lists: bounded } })).toBe('26.3');
    expect(price({}, { holders: { lists } })).toBe('17.99');
    const off = { ...base, [placeOf('retail', 'BRAND', 'Acme')]: [{ percentOff: '20', minQuantity: '0' }] };
    expect(price(off, { holders: { lists } })).toBe('17.04');
  });

  it('is reduced by a percentage off the price that would count otherwise, be it of the same list or customer', () => {
    const own = [entry('10'), { percentOff: '5', minQuantity: '2' }];
    const inList = { [placeOf('retail', 'PRODUCT', 'shirt')]: own };
    expect([price(inList, { asked: { quantity: '1' } }), price(inList, { asked: { quantity: '2' } })]).toEqual([
      '10',
      '9.5',
    ]);
    const ofCustomer = { [placeOf('acc', 'PRODUCT', 'shirt')]: own };
    expect(found(ofCustomer, { holders: { account: 'acc' }, asked: { quantity: '2' } })).toMatchObject({
      unitPrice: '10',
      step: 'CONTRACT',
      percentOff: [{ percent: '5' }],
    });
  });

  it('is reduced by what the customer is granted, which shows apart', () => {
    const prices = { [placeOf('acc', 'FAMILY', 'Clothes')]: [{ percentOff: '7', minQuantity: '0' }] };
    expect(found(prices, { holders: { account: 'acc' } })).toMatchObject({
      unitPrice: '20',
      percentOff: [{ percent: '7', place: 'acc FAMILY clothes' }],
    });
  });
});

describe('places', () => {
  it('are all that may hold a price, to be read at once', () => {
    expect([...placesAt('acc', item), ...placesOf(item, { lists: [retail] })]).toHaveLength(12);
  });
});

describe('entries', () => {
  it('say a price or a percentage, and end after they begin', () => {
    expect(entryProblems([entry('1'), { minQuantity: '0' }])).toMatchObject([{ code: 'PRICE_OR_PERCENT' }]);
    expect(entryProblems([entry('1', { percentOff: '5' })])).toMatchObject([{ code: 'PRICE_OR_PERCENT' }]);
    expect(entryProblems([entry('1', { validFrom: '2026-02-01', validTo: '2026-01-01' })])).toMatchObject([
      { code: 'BAD_INPUT' },
    ]);
  });
});
