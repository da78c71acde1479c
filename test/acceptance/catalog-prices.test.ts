import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

type Money = { readonly amount: string };
type Line = {
  readonly unitPrice: string;
  readonly priceStep: string;
  readonly discount: Money;
  readonly headerDiscount: Money;
  readonly base: Money;
};
type Priced = {
  readonly priceLines: {
    readonly lines: readonly Line[];
    readonly totals: Readonly<Record<'base' | 'tax' | 'total', Money>>;
  };
};
type List = {
  readonly done: {
    readonly priceList: { readonly id: string; readonly version: number } | null;
    readonly userErrors: readonly { readonly code: string }[];
  };
};

let cloud: TestCloud;
let seller: Caller;
const { ask, act, signIn } = openClient(() => cloud);
const ids = { screws: '', boxed: '', work: '', base: '', retail: '', customer: '' };

const usd = (amount: string) => ({ amount, currency: 'USD' });
const priceList = async (input: object, caller?: Caller) =>
  (
    await ask<List>(
      'mutation($input: CreatePriceListInput!) { done: createPriceList(input: $input) { priceList { id version } userErrors { code } } }',
      { input },
      caller,
    )
  ).done;
const setPrices = (input: object, caller?: Caller) =>
  ask(
    'mutation($input: SetPricesInput!) { setPrices(input: $input) { prices { id place } userErrors { code } } }',
    { input },
    caller,
  );
const setSpecialPrices = (account: string, prices: readonly object[], caller?: Caller) =>
  ask(
    'mutation($input: SetSpecialPricesInput!) { setSpecialPrices(input: $input) { prices { id } userErrors { code } } }',
    { input: { account, prices } },
    caller,
  );
const price = async (lines: readonly object[], more: object = {}, caller: Caller = seller) =>
  (
    await ask<Priced>(
      `query($lines: [DocumentLineInput!]!, $account: ID, $coupons: [String!], $headerDiscounts: [HeaderDiscountInput!]) {
        priceLines(account: $account, lines: $lines, coupons: $coupons, headerDiscounts: $headerDiscounts) {
          lines { unitPrice priceStep discount { amount } headerDiscount { amount } base { amount } }
          totals { base { amount } tax { amount } total { amount } } } }`,
      { account: ids.customer, lines, ...more },
      caller,
    )
  ).priceLines;

beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
  const product = async (input: object) => (await act('createProduct', input)).id;
  ids.screws = await product({
    sku: 'TOR-1',
    name: 'Tornillos',
    family: 'Ferretería/Fijación',
    listPrice: usd('0.85'),
    units: [{ unit: 'caja', holds: '100' }],
  });
  ids.boxed = await product({ sku: 'TAL-1', name: 'Taladro', family: 'Herramientas', listPrice: usd('19.99') });
  ids.work = await product({
    sku: 'MON-1',
    name: 'Montaje',
    kind: 'SERVICE',
    listPrice: usd('7.33'),
    taxCategory: 'ZERO',
  });
  ids.base = (await priceList({ name: 'Base', currency: 'USD' })).priceList?.id ?? '';
  ids.retail =
    (
      await priceList({
        name: 'Minorista',
        currency: 'USD',
        basedOn: ids.base,
        adjustment: { percent: '10', roundTo: '0.05' },
      })
    ).priceList?.id ?? '';
  ids.customer = (
    await act('createAccount', { name: 'Cliente', priceList: ids.retail, priceGroup: 'Cadena' }, '', seller)
  ).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('prices', () => {
  it('PRD-03 price lists hold from day to day and quantity to quantity, rest one upon the other, and explain each price', async () => {
    await setPrices({
      list: ids.base,
      prices: [
        {
          product: ids.boxed,
          entries: [{ price: '18' }, { price: '15', minQuantity: '10' }, { price: '1', validFrom: '2099-01-01' }],
        },
      ],
    });
    const { lines } = await price([
      { product: ids.boxed, quantity: '1' },
      { product: ids.boxed, quantity: '10' },
      { product: ids.screws, quantity: '1', unit: 'caja' },
    ]);
    expect(lines.map(({ unitPrice }) => unitPrice)).toEqual(['19.8', '16.5', '93.5']);
    const { explainPrice } = await ask<{ explainPrice: { line: { priceTrace: readonly object[] } } }>(
      'query($product: ID!, $account: ID) { explainPrice(product: $product, account: $account) { line { priceTrace { step place value } } } }',
      { product: ids.boxed, account: ids.customer },
      seller,
    );
    expect(explainPrice.line.priceTrace).toEqual([
      { step: 'PRICELIST', place: `${ids.base} PRODUCT ${ids.boxed.toLowerCase()}`, value: '18' },
      { step: 'ADJUSTMENT', place: ids.retail, value: '19.8' },
    ]);
    expect((await priceList({ name: 'Falsa', currency: 'us' })).userErrors[0]?.code).toBe('BAD_INPUT');
    expect(await failing(setPrices({ list: ids.base, prices: [] }, seller))).toContain('FORBIDDEN');
  });

  it('ORD-10 special prices of a customer or its group come before every list', async () => {
    await setPrices({ group: 'Cadena', prices: [{ family: 'Herramientas', entries: [{ price: '17' }] }] });
    expect((await price([{ product: ids.boxed, quantity: '1' }])).lines[0]).toMatchObject({
      unitPrice: '17',
      priceStep: 'CONTRACT_GROUP',
    });
    await setSpecialPrices(ids.customer, [{ product: ids.boxed, entries: [{ price: '16', minQuantity: '2' }] }]);
    const { lines } = await price([
      { product: ids.boxed, quantity: '1' },
      { product: ids.boxed, quantity: '2' },
    ]);
    expect(lines.map(({ unitPrice, priceStep }) => [unitPrice, priceStep])).toEqual([
      ['17', 'CONTRACT_GROUP'],
      ['16', 'CONTRACT'],
    ]);
    expect(await failing(setSpecialPrices(ids.customer, [{ entries: [{ price: '1' }] }], seller))).toContain(
      'FORBIDDEN',
    );
    const { id: foreign } = await act('createAccount', { name: 'Ajeno' });
    await setSpecialPrices(foreign, [{ entries: [{ price: '9' }] }]);
    await cloud.idle();
    const listed = async (account: string, caller: Caller) =>
      (
        await ask<{ specialPrices: { nodes: readonly object[] } }>(
          'query($account: ID!) { specialPrices(where: { account: { eq: $account } }) { nodes { account { id } entries { price } } } }',
          { account },
          caller,
        )
      ).specialPrices.nodes;
    const support = await signIn('support');
    expect(await listed(ids.customer, seller)).toEqual([{ account: { id: ids.customer }, entries: [{ price: '16' }] }]);
    expect(await listed(foreign, seller)).toEqual([]);
    expect([await listed(ids.customer, support), await listed(foreign, support)]).toMatchObject([
      [{ entries: [{ price: '16' }] }],
      [{ entries: [{ price: '9' }] }],
    ]);
  });

  it('ORD-05 ORD-06 discounts on lines and on the whole document come out to the cent, with their taxes', async () => {
    const byHand = (percent: string) => ({ kind: 'PERCENT', value: percent });
    const { lines, totals } = await price(
      [
        { product: ids.boxed, quantity: '3', unitPrice: '19.99', discounts: [byHand('10')] },
        { description: 'Cable', quantity: '1.5', unitPrice: '7.333333' },
        { product: ids.work, quantity: '10', unitPrice: '0.85', discounts: [byHand('10'), byHand('5')] },
      ],
      { headerDiscounts: [{ percent: '5' }] },
    );
    expect(lines.map(({ headerDiscount }) => headerDiscount.amount)).toEqual(['2.70', '0.55', '0.36']);
    expect([totals.base.amount, totals.tax.amount, totals.total.amount]).toEqual(['68.63', '9.26', '77.89']);
    const support = await signIn('support');
    expect(await failing(price([{ product: ids.boxed, quantity: '1', unitPrice: '1' }], {}, support))).toContain(
      'FORBIDDEN',
    );
  });

  it('ORD-08 promotions give units, sets and money off, for everybody or with a coupon', async () => {
    await act('createPromotion', {
      name: 'Tres por dos',
      kind: 'BUY_X_GET_Y',
      buy: 2,
      get: 1,
      families: ['Ferretería'],
    });
    await act('createPromotion', {
      name: 'Verano',
      kind: 'THRESHOLD',
      coupon: 'VERANO',
      steps: [{ from: usd('1'), percent: '50' }],
      products: [ids.work],
    });
    const lines = [
      { product: ids.screws, quantity: '7', unitPrice: '4.5' },
      { product: ids.work, quantity: '1', unitPrice: '10' },
    ];
    expect((await price(lines)).lines.map(({ discount }) => discount.amount)).toEqual(['9.00', '0.00']);
    expect((await price(lines, { coupons: ['verano'] })).lines.map(({ base }) => base.amount)).toEqual([
      '22.50',
      '5.00',
    ]);
    expect(await failing(price(lines, { coupons: ['INVIERNO'] }))).toContain('COUPON_UNKNOWN');
    expect(await failing(act('createPromotion', { name: 'Sin nada', kind: 'PERCENT' }))).toContain(
      'INCOMPLETE_PROMOTION',
    );
  });

  it('PRD-03 prices of one tenant are nothing to another', async () => {
    const olga = await startOtherTenant(cloud);
    expect(await failing(price([{ product: ids.boxed, quantity: '1' }], { account: null }, olga))).toContain(
      'NOT_FOUND',
    );
    expect(await setPrices({ list: ids.base, prices: [{ entries: [{ price: '1' }] }] }, olga)).toMatchObject({
      setPrices: { prices: [], userErrors: [{ code: 'REFERENCE_NOT_FOUND' }] },
    });
    const { priceLists } = await ask<{ priceLists: { nodes: readonly object[] } }>(
      '{ priceLists { nodes { id } } }',
      {},
      olga,
    );
    expect(priceLists.nodes).toEqual([]);
  });
});
