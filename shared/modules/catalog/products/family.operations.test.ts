import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import type { ProductRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

const family = (path: string, ...characteristics: readonly object[]) =>
  domain.run('createProductFamily', { path, characteristics });
const product = (sku: string, inFamily: string | undefined, ...characteristics: readonly object[]) =>
  domain.run<ProductRow>('createProduct', { sku, name: sku, family: inFamily, characteristics });

const machines = () =>
  family('Machines', { name: 'Power', kind: 'NUMBER', unit: 'kW', isRequired: true }, { name: 'CE', kind: 'YES_NO' });
const lathes = () =>
  family('Machines/Lathes', { name: 'Control', kind: 'CHOICE', choices: ['CNC', 'Manual'] }, { name: 'Length' });

describe('what a family asks of its products', () => {
  it('goes for families within it, is kept in one way of writing, with its unit', async () => {
    await Promise.all([machines(), lathes()]);
    const { characteristics } = await product(
      'T-1',
      'machines/LATHES',
      ...[
        { name: 'power', value: '07.50' },
        { name: 'ce', value: 'YES' },
        { name: 'Control', value: 'cnc' },
      ],
      { name: 'Colour', value: 'Green' },
    );
    expect(characteristics).toEqual([
      { name: 'Power', value: '7.5', unit: 'kW' },
      { name: 'CE', value: 'yes' },
      { name: 'Control', value: 'CNC' },
      { name: 'Colour', value: 'Green' },
    ]);
    const asked = await domain.run<{ characteristics: readonly { name: string }[] }>('familyCharacteristics', {
      family: 'Machines/Lathes',
    });
    expect(asked.characteristics.map(({ name }) => name)).toEqual(['Power', 'CE', 'Control', 'Length']);
  });

  it('is overruled by the inner family', async () => {
    await machines();
    await family('Machines/Small', { name: 'POWER', kind: 'NUMBER', unit: 'W' });
    expect((await product('S-1', 'Machines/Small')).characteristics).toEqual([]);
    expect((await product('S-2', 'Machines/Small', { name: 'power', value: '60' })).characteristics).toEqual([
      { name: 'POWER', value: '60', unit: 'W' },
    ]);
  });

  it.each([
    ['CHARACTERISTIC_MISSING', []],
    ['BAD_CHARACTERISTIC', [{ name: 'Power', value: 'strong' }]],
    ['BAD_CHARACTERISTIC', [{ name: 'Power', value: '7', unit: 'HP' }]],
    [
      'BAD_CHARACTERISTIC',
      [
        { name: 'Power', value: '7' },
        { name: 'CE', value: 'maybe' },
      ],
    ],
    [
      'BAD_CHARACTERISTIC',
      [
        { name: 'Power', value: '7' },
        { name: 'Control', value: 'Voice' },
      ],
    ],
  ])('refuses with %s what it did not ask for: %j', async (expected, characteristics) => {
    await Promise.all([machines(), lathes()]);
    expect(await failure(product('T-1', 'Machines/Lathes', ...characteristics))).toBe(expected);
  });

  it('is asked again when a product changes its family or its data, and of nobody else', async () => {
    await machines();
    const { id } = await product('P-1', undefined);
    const change = (version: number, values: object) =>
      domain.run<ProductRow>('updateProduct', { id, version, ...values });
    expect(await failure(change(1, { family: 'Machines' }))).toBe('CHARACTERISTIC_MISSING');
    const moved = await change(1, { family: 'Machines', characteristics: [{ name: 'power', value: '1.0' }] });
    expect(moved.characteristics).toEqual([{ name: 'Power', value: '1', unit: 'kW' }]);
    expect(await failure(change(2, { characteristics: null }))).toBe('CHARACTERISTIC_MISSING');
    expect((await change(2, { name: 'Renamed' })).characteristics).toEqual(moved.characteristics);
    expect((await change(3, { family: null, characteristics: null })).characteristics).toBeUndefined();
  });

  it('is said once for each, with choices where it is a choice', async () => {
    expect(await failure(family('F', { name: 'A' }, { name: 'á' }))).toBe('CHARACTERISTIC_TWICE');
    expect(await failure(family('F', { name: 'A', kind: 'CHOICE' }))).toBe('BAD_CHOICES');
    expect(await failure(family('F', { name: 'A', choices: ['x'] }))).toBe('BAD_CHOICES');
    await family('Fáb');
    expect(await failure(family('fab'))).toBe('NOT_UNIQUE');
  });
});

describe('products by their technical data', () => {
  const power = (value: string) => ({ name: 'Power', value });
  beforeEach(async () => {
    await Promise.all([machines(), lathes()]);
    await Promise.all([
      product('A', 'Machines', power('9'), { name: 'CE', value: 'yes' }),
      product('B', 'Machines/Lathes', power('10'), { name: 'CE', value: 'no' }),
      product('C', 'Machines/Lathes', power('11.5')),
      product('D', 'Other', { name: 'Power', value: '10' }),
    ]);
  });
  const find = async (family: string, ...characteristics: readonly object[]) => {
    const found = await domain.run<{ products: readonly ProductRow[]; isComplete: boolean }>('findProducts', {
      ...{ family, characteristics },
    });
    expect(found.isComplete).toBe(true);
    return found.products.map(({ sku }) => sku).sort();
  };

  it('are found in a family and those within it; numbers compare as numbers', async () => {
    expect(await find('Machines')).toEqual(['A', 'B', 'C']);
    expect(await find('Machines', { name: 'power', from: '9.5' })).toEqual(['B', 'C']);
    expect(await find('Machines', { name: 'Power', from: '9', to: '10.0' })).toEqual(['A', 'B']);
    expect(await find('Machines/Lathes', { name: 'Power', is: '10.00' })).toEqual(['B']);
    expect(await find('Machines', { name: 'CE', is: 'YES' }, { name: 'Power', to: '8' })).toEqual([]);
  });

  it('stand beside one another', async () => {
    const ids = await Promise.all([
      product('X', 'Machines', power('1')),
      product('Y', 'Machines', power('1'), { name: 'Colour', value: 'red' }),
    ]);
    const { rows } = await domain.run<{ rows: readonly object[] }>('compareProducts', { ids: ids.map(({ id }) => id) });
    expect(rows).toEqual([
      { name: 'Power', unit: 'kW', values: ['1', '1'], isDifferent: false },
      { name: 'Colour', values: ['', 'red'], isDifferent: true },
    ]);
  });
});
