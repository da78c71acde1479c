import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, ownRules } from '#test/support/parties';
import { Product, type ProductRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});
const make = (values: object = {}, actor = domain.actor()) =>
  domain.run<ProductRow>('createProduct', { sku: 'CH-1', name: 'Chair', ...values }, actor);

describe('a product', () => {
  it('is goods that we sell, by the unit, taxed as usual', async () => {
    expect(await make()).toMatchObject({
      kind: 'GOODS',
      isSold: true,
      isBought: false,
      unit: 'unit',
      taxCategory: 'STANDARD',
      active: true,
    });
  });

  it('has technical characteristics, prices, a family and a brand', async () => {
    const given = {
      kind: 'SERVICE',
      isBought: true,
      family: 'Seats',
      brand: 'Acme',
      characteristics: [{ name: 'weight', value: '12.5', unit: 'kg' }],
      listPrice: { amount: '19.99', currency: 'USD' },
      cost: { amount: '7', currency: 'USD' },
    };
    const product = await make(given);
    expect(product).toMatchObject({
      family: 'Seats',
      characteristics: [{ name: 'weight', value: '12.5', unit: 'kg' }],
      listPrice: { minor: 1999, currency: 'USD' },
    });
    const { rows, plan } = await domain
      .reader()
      .data(Product)
      .list({ where: { family: { eq: 'Seats' } } });
    expect([rows.map(({ id }) => id), plan.key]).toEqual([[product.id], 'byFamily']);
  });

  it('has a code of its own, by which it is found', async () => {
    const product = await make({ barcode: '7861234567890', externalIds: [{ system: 'erp', id: '9' }] });
    expect(await failure(make({ sku: 'ch-1' }))).toBe('NOT_UNIQUE');
    expect(await failure(make({ sku: 'X', barcode: '7861234567890' }))).toBe('NOT_UNIQUE');
    expect(await failure(make({ sku: 'X', externalIds: [{ system: 'erp', id: '9' }] }))).toBe('NOT_UNIQUE');
    const products = domain.reader().data(Product);
    expect((await products.findUnique('sku', 'CH-1'))?.id).toBe(product.id);
    const { rows, plan } = await products.list({ where: { sku: { eq: 'CH-1' } } });
    expect([rows.map(({ id }) => id), plan.key]).toEqual([[product.id], 'bySku']);
  });

  it('has variants, other units, suppliers, and may be a set of others, each one level deep', async () => {
    const shirt = await make();
    const red = await make({ sku: 'CH-R', variantOf: shirt.id, variant: [{ name: 'colour', value: 'red' }] });
    expect((await domain.reader().data(Product).page('variants', { of: shirt.id })).rows.map(({ id }) => id)).toEqual([
      red.id,
    ]);
    const pack = await make({
      sku: 'CH-SET',
      bundle: [{ product: red.id, quantity: '4' }],
      units: [{ unit: 'box', holds: '12' }],
    });
    expect(pack).toMatchObject({ bundle: [{ quantity: '4' }], units: [{ unit: 'box', holds: '12' }] });
    expect(await failure(make({ sku: 'X', variantOf: red.id }))).toBe('VARIANT_OF_VARIANT');
    expect(await failure(make({ sku: 'X', bundle: [{ product: pack.id, quantity: '1' }] }))).toBe('BUNDLE_OF_BUNDLE');
    expect(await failure(make({ sku: 'X', variant: [{ name: 'colour', value: 'red' }] }))).toBe('NO_VARIANT');
    expect(await failure(make({ sku: 'X', units: [{ unit: 'Unit', holds: '2' }] }))).toBe('UNIT_TWICE');
  });

  it('refuses what cannot be', async () => {
    expect(await failure(make({ sku: null }))).toBe('BAD_INPUT');
    expect(await failure(make({ listPrice: { amount: '-1', currency: 'USD' } }))).toBe('NEGATIVE_AMOUNT');
    expect(await failure(make({ isSold: false }))).toBe('NEITHER_SOLD_NOR_BOUGHT');
    const product = await make();
    const change = { id: product.id, version: 1, cost: { amount: '-1', currency: 'USD' } };
    expect(await failure(domain.run('updateProduct', change))).toBe('NEGATIVE_AMOUNT');
    expect(await failure(domain.run('updateProduct', { id: product.id, version: 2, name: 'x' }))).toBe('STALE_VERSION');
  });

  it('is the tenant’s: read by sellers, changed by whoever may', async () => {
    const product = await make();
    const seller = domain.actor({ rules: ownRules });
    expect((await domain.reader(seller).data(Product).list({})).rows).toHaveLength(1);
    expect(await failure(domain.run('updateProduct', { id: product.id, version: 1, name: 'x' }, seller))).toBe(
      'FORBIDDEN',
    );
    const stranger = domain.actor({ tenant: `${tenanted.tenant}x` });
    expect((await domain.reader(stranger).data(Product).list({})).rows).toEqual([]);
    expect(await failure(make({}, stranger))).toBe('nothing failed');
  });
});
