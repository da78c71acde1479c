import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import { startTestCloud, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
const { ask, act, signIn } = openClient(() => cloud);
beforeAll(async () => {
  cloud = await startTestCloud();
}, 90_000);
afterAll(() => cloud.stop());

type Nodes = { readonly products: { readonly nodes: readonly object[] } };

describe('products', () => {
  it('PRD-01 are goods or services that we sell or buy', async () => {
    const chair = {
      sku: 'SILLA-1',
      name: 'Silla',
      family: 'Muebles',
      isBought: true,
      listPrice: { amount: '19.90', currency: 'USD' },
    };
    const goods = await act(
      'createProduct',
      chair,
      'kind isSold isBought unit taxCategory active listPrice { amount currency }',
    );
    expect(goods).toMatchObject({
      kind: 'GOODS',
      isSold: true,
      isBought: true,
      unit: 'unit',
      active: true,
      listPrice: chair.listPrice,
    });
    const service = {
      sku: 'MONTAJE',
      name: 'Montaje',
      kind: 'SERVICE',
      unit: 'hour',
      family: 'Muebles',
      taxCategory: 'ZERO',
    };
    await act('createProduct', service);
    expect(await failing(act('createProduct', chair))).toContain('NOT_UNIQUE');
    expect(await failing(act('createProduct', { ...chair, sku: 'X', isSold: false, isBought: false }))).toContain(
      'NEITHER_SOLD_NOR_BOUGHT',
    );
    await cloud.idle();
    const seller = await signIn('seller');
    const services = await ask<Nodes>(
      '{ products(where: { family: { eq: "Muebles" }, kind: { eq: SERVICE } }) { nodes { sku unit } } }',
      {},
      seller,
    );
    expect(services.products.nodes).toEqual([{ sku: 'MONTAJE', unit: 'hour' }]);
    expect(await failing(act('updateProduct', { id: goods.id, version: 1, name: 'Mía' }, '', seller))).toContain(
      'FORBIDDEN',
    );
  });

  it('PRD-02 have technical characteristics', async () => {
    const characteristics = [
      { name: 'peso', value: '12.5', unit: 'kg' },
      { name: 'color', value: 'rojo', unit: null },
    ];
    const made = await act(
      'createProduct',
      { sku: 'TEC-1', name: 'Torno', brand: 'Acme', characteristics },
      'brand characteristics { name value unit }',
    );
    expect(made).toMatchObject({ brand: 'Acme', characteristics });
    const changed = await act(
      'updateProduct',
      { id: made.id, version: 1, characteristics: characteristics.slice(0, 1) },
      'characteristics { name value unit }',
    );
    expect(changed['characteristics']).toEqual(characteristics.slice(0, 1));
    await cloud.idle();
    const { search } = await ask<{ search: { hits: object[] } }>(
      '{ search(text: "torno", types: ["Product"]) { hits { title type } } }',
    );
    expect(search.hits).toEqual([{ title: 'Torno', type: 'Product' }]);
  });

  it('PRD-02 have the technical data that their family asks for, and are found and compared by it', async () => {
    const power = { name: 'Potencia', kind: 'NUMBER', unit: 'kW', isRequired: true };
    await act('createProductFamily', { path: 'Tornos', characteristics: [power] });
    const lathe = (sku: string, value: string) =>
      act('createProduct', { sku, name: sku, family: 'Tornos', characteristics: [{ name: 'potencia', value }] });
    expect(await failing(act('createProduct', { sku: 'T-0', name: 'T-0', family: 'Tornos' }))).toContain(
      'CHARACTERISTIC_MISSING',
    );
    const made = await Promise.all([lathe('T-7', '7.50'), lathe('T-11', '11')]);
    await cloud.idle();
    const seller = await signIn('seller');
    const found = await ask(
      `query ($ids: [ID!]!) {
        findProducts(family: "Tornos", characteristics: [{ name: "Potencia", from: "8" }]) { products { sku } isComplete }
        compareProducts(ids: $ids) { rows { name unit values isDifferent } }
      }`,
      { ids: made.map(({ id }) => id) },
      seller,
    );
    expect(found).toEqual({
      findProducts: { products: [{ sku: 'T-11' }], isComplete: true },
      compareProducts: { rows: [{ name: 'Potencia', unit: 'kW', values: ['7.5', '11'], isDifferent: true }] },
    });
    expect(await failing(act('createProductFamily', { path: 'Mía' }, '', seller))).toContain('FORBIDDEN');
  });
});
