import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnsweredBy, type Money } from '#kernel';
import { Price, SpecialPrice, type PriceListRow, type PriceRow } from '#modules/catalog/prices';
import type { ProductRow } from '#modules/catalog/products';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { builtInRoles } from '#modules/platform/roles';
import { ownRules, partyModules, person } from '#test/support/parties';
import type { explainPrice, priceLines } from './explain-price.operations.ts';

type Answer = AnsweredBy<typeof priceLines>;
type Ids = Readonly<Record<'shirt' | 'red' | 'cap' | 'customer' | 'retail', string>>;

const readAll = { create: 'none', read: 'all', update: 'none', archive: 'none' } as const;
const tenanted = withTenantTable();
let domain: Domain;
let id: Ids;

const run = <Result>(operation: string, input: Readonly<Record<string, unknown>>) =>
  domain.run<Result>(operation, input, domain.actor());
const price = (lines: readonly object[], more: object = {}) =>
  run<Answer>('priceLines', { account: id.customer, lines, ...more });
const usd = (amount: string) => ({ amount, currency: 'USD' });
const text = (money: Money) => toDecimal(money);

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  const product = async (sku: string, more: object) =>
    (await run<ProductRow>('createProduct', { sku, name: sku, ...more })).id;
  const shirt = await product('SHIRT', {
    listPrice: usd('20'),
    family: 'Clothes/Shirts',
    units: [{ unit: 'box', holds: '12' }],
  });
  const red = await product('SHIRT-R', { variantOf: shirt, family: 'Clothes/Shirts', listPrice: usd('20') });
  const cap = await product('CAP', { listPrice: usd('5'), taxCategory: 'ZERO', brand: 'Acme' });
  const base = await run<PriceListRow>('createPriceList', { name: 'Base', currency: 'USD' });
  const retail = await run<PriceListRow>('createPriceList', {
    name: 'Retail',
    currency: 'USD',
    basedOn: base.id,
    adjustment: { percent: '10' },
  });
  const account = { name: 'Customer', priceList: retail.id, priceGroup: 'Chain' };
  const { id: customer } = await run<{ id: string }>('createAccount', account);
  await run('setPrices', {
    list: base.id,
    prices: [{ product: shirt, entries: [{ price: '18' }, { price: '15', minQuantity: '100' }] }],
  });
  id = { shirt, red, cap, customer, retail: retail.id };
});

describe('pricing', () => {
  it('finds prices through the customer’s lists and adds the taxes of the day', async () => {
    const { lines, totals } = await price([
      { product: id.shirt, quantity: '2' },
      { product: id.cap, quantity: '1' },
      { product: id.shirt, quantity: '10', unit: 'box' },
    ]);
    expect(lines.map(({ key, unitPrice, priceStep }) => [key, unitPrice, priceStep])).toEqual([
      ['1', '19.8', 'PRICELIST'],
      ['2', '5.5', 'PRICELIST'],
      ['3', '198', 'PRICELIST'],
    ]);
    expect([totals.base, totals.tax, totals.total].map(text)).toEqual(['2025.10', '302.94', '2328.04']);
    expect(totals.taxes.map(({ code }) => code)).toEqual(['EC-IVA-0', 'EC-IVA-4']);
  });

  it('explains each step', async () => {
    const { line } = await run<AnsweredBy<typeof explainPrice>>('explainPrice', {
      product: id.red,
      account: id.customer,
      quantity: '100',
    });
    expect(line.priceTrace).toMatchObject([
      { step: 'PRICELIST', value: '15' },
      { step: 'ADJUSTMENT', place: id.retail, value: '16.5' },
    ]);
  });

  it('lets special prices of the customer and its group come first, and grants discounts on top', async () => {
    await run('setPrices', { group: 'Chain', prices: [{ product: id.cap, entries: [{ price: '4' }] }] });
    await run('setSpecialPrices', {
      account: id.customer,
      prices: [{ family: 'Clothes', entries: [{ percentOff: '50' }] }],
    });
    const { lines } = await price(
      [
        { product: id.cap, quantity: '1' },
        { product: id.red, quantity: '1' },
      ],
      {
        headerDiscounts: [{ percent: '10' }],
      },
    );
    expect(lines.map(({ unitPrice, priceStep, base }) => [unitPrice, priceStep, text(base)])).toEqual([
      ['4', 'CONTRACT_GROUP', '4.00'],
      ['19.8', 'PRICELIST', '8.91'],
    ]);
    await run('setSpecialPrices', {
      account: id.customer,
      prices: [{ family: 'Clothes', entries: [{ percentOff: '0' }] }],
    });
  });

  it('applies promotions, those with a coupon when it is said', async () => {
    await run('createPromotion', { name: '3x2', kind: 'BUY_X_GET_Y', buy: 2, get: 1, products: [id.shirt] });
    await run('createPromotion', { name: 'Ten off', kind: 'PERCENT', value: '10', brands: ['acme'], coupon: 'VERANO' });
    const lines = [
      { product: id.red, quantity: '7' },
      { product: id.cap, quantity: '1' },
    ];
    const { totals, ...plain } = await price(lines);
    expect(
      [plain.lines[0]?.discount, plain.lines[1]?.discount, totals.base].map((money) => money && text(money)),
    ).toEqual(['39.60', '0.00', '104.50']);
    const { lines: reduced } = await price(lines, { coupons: ['verano '] });
    expect(reduced[1] && text(reduced[1].discount)).toBe('0.55');
    expect(await failure(price(lines, { coupons: ['INVIERNO'] }))).toBe('COUPON_UNKNOWN');
  });

  it('refuses what cannot be priced, with the line', async () => {
    const secret = await run<ProductRow>('createProduct', { sku: 'NO-PRICE', name: 'Nothing known' });
    expect(await failure(price([{ product: secret.id, quantity: '1' }]))).toBe('PRICE_NOT_FOUND');
    expect(await failure(price([{ product: id.cap, quantity: '1', unit: 'pallet' }]))).toBe('UNIT_UNKNOWN');
    expect(await failure(price([{ description: 'Work', quantity: '1' }]))).toBe('LINE_INCOMPLETE');
    expect(await failure(price([{ product: id.cap, quantity: '-1' }]))).toBe('BAD_INPUT');
    expect(
      await failure(
        price([
          { key: 'a', product: id.cap, quantity: '1' },
          { key: 'a', product: id.cap, quantity: '1' },
        ]),
      ),
    ).toBe('LINE_TWICE');
    expect(await failure(price(Array.from({ length: 501 }, () => ({ product: id.cap, quantity: '1' }))))).toBe(
      'BAD_INPUT',
    );
    const archived = await run<ProductRow>('createProduct', {
      sku: 'OLD',
      name: 'Old',
      listPrice: usd('1'),
      active: false,
    });
    expect(await failure(price([{ product: archived.id, quantity: '1' }]))).toBe('PRODUCT_INACTIVE');
  });

  it('lets those say a price by hand who may', async () => {
    const lines = [{ product: id.cap, quantity: '1', unitPrice: '3' }];
    const {
      lines: [line],
    } = await price(lines);
    expect(line).toMatchObject({
      unitPrice: '3',
      priceStep: 'MANUAL',
      priceTrace: [{ step: 'MANUAL' }, { step: 'PRODUCT', value: '5' }, { step: 'ADJUSTMENT' }],
    });
    const seller = domain.actor({ rules: { ...ownRules, entities: { ...ownRules.entities, Price: readAll } } });
    expect(await failure(domain.run('priceLines', { lines }, seller))).toBe('FORBIDDEN');
    const netPrice = [{ product: id.cap, quantity: '1', discounts: [{ kind: 'NET_PRICE', value: '3' }] }];
    expect(await failure(domain.run('priceLines', { lines: netPrice }, seller))).toBe('FORBIDDEN');
  });

  it('tells nobody the prices of a customer whom they cannot see', async () => {
    const stranger = domain.actor({
      id: 'usr_stranger',
      rules: { ...ownRules, entities: { ...ownRules.entities, Price: readAll } },
    });
    const lines = [{ product: id.cap, quantity: '1' }];
    expect(await failure(domain.run('priceLines', { lines, account: id.customer }, stranger))).toBe('NOT_FOUND');
    expect(await failure(domain.run('explainPrice', { product: id.cap, account: id.customer }, stranger))).toBe(
      'NOT_FOUND',
    );
    expect(await failure(domain.run('priceLines', { lines }, stranger))).toBe('nothing failed');
  });

  it('lists special prices of a customer to those alone who see the customer', async () => {
    await run('setSpecialPrices', { account: id.customer, prices: [{ product: id.cap, entries: [{ price: '4' }] }] });
    await domain.settle();
    const roles = builtInRoles(domain.registry);
    const listed = async (role: string) => {
      const rules = roles.get(role)?.rules ?? ownRules;
      const { data } = domain.reader(person(domain, 'usr_stranger', { rules }));
      const pages = await Promise.all([data(Price).page('all', {}), data(SpecialPrice).page('all', {})]);
      return pages
        .flatMap(({ rows }) => rows.map(({ place }) => place))
        .filter((place) => place.startsWith(id.customer));
    };
    expect([await listed('seller'), await listed('manager')]).toEqual([[], []]);
    expect(await listed('support')).toEqual([`${id.customer} PRODUCT ${id.cap.toLowerCase()}`]);
    const stranger = person(domain, 'usr_stranger', { rules: ownRules });
    const prices = [{ entries: [{ price: '1' }] }];
    expect(await failure(domain.run('setSpecialPrices', { account: id.customer, prices }, stranger))).toBe('NOT_FOUND');
    const mine = { account: id.customer, ...prices[0] };
    expect(await failure(domain.run('createSpecialPrice', mine, stranger))).toBe('REFERENCE_NOT_FOUND');
  });

  it('writes what a customer has once, replaces it, and takes it back from the archive', async () => {
    const set = async (price: string) =>
      (
        await run<{ prices: readonly PriceRow[] }>('setSpecialPrices', {
          account: id.customer,
          prices: [{ brand: 'Acme', entries: [{ price }] }],
        })
      ).prices[0];
    const first = await set('4');
    await run('archiveSpecialPrice', { id: first?.id, version: first?.version });
    expect(await set('3')).toMatchObject({ id: first?.id, entries: [{ price: '3' }] });
    const { lines } = await price([{ product: id.cap, quantity: '1' }]);
    expect(lines[0]).toMatchObject({ unitPrice: '3', priceStep: 'CONTRACT' });
    const twice = [{ brand: 'Acme', family: 'Caps', entries: [{ price: '1' }] }];
    expect(await failure(run('setSpecialPrices', { account: id.customer, prices: twice }))).toBe('ONE_TARGET');
  });

  it('leaves promotions in another currency out', async () => {
    const eur = (amount: string) => ({ amount, currency: 'EUR' });
    await run('createPromotion', { name: 'A', kind: 'THRESHOLD', steps: [{ from: eur('1'), amount: eur('1') }] });
    const items = [{ product: id.cap, quantity: '1' }];
    await run('createPromotion', { name: 'B', kind: 'BUNDLE', items, bundlePrice: eur('1') });
    expect(text((await price([{ product: id.cap, quantity: '1' }])).totals.total)).toBe('5.50');
  });

  it('keeps lists from resting upon themselves, and prices in one place', async () => {
    const top = await run<PriceListRow>('createPriceList', { name: 'Top', currency: 'USD', basedOn: id.retail });
    const retail = await domain
      .reader()
      .data((await import('#modules/catalog/prices')).PriceList)
      .get(id.retail);
    expect(await failure(run('updatePriceList', { id: id.retail, version: retail.version, basedOn: top.id }))).toBe(
      'PRICE_LIST_CYCLE',
    );
    expect(await failure(run('createPrice', { product: id.cap, entries: [{ price: '1' }] }))).toBe('ONE_HOLDER');
    await run('createPrice', { group: 'chain', product: id.cap, entries: [{ price: '2' }] });
    expect(await failure(run('createPrice', { group: 'Chain', product: id.cap, entries: [{ price: '1' }] }))).toBe(
      'NOT_UNIQUE',
    );
  });
});
