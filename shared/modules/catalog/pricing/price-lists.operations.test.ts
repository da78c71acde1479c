// Which price list counts: the one that a document names, the customer's, the default one; each as long as it is in force.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnsweredBy } from '#kernel';
import type { PriceListRow } from '#modules/catalog/prices';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import type { priceLines } from './explain-price.operations.ts';

const tenanted = withTenantTable();
let domain: Domain;
let product: string;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  const listPrice = { amount: '20', currency: 'USD' };
  product = (await domain.run<{ id: string }>('createProduct', { sku: 'CUP', name: 'Cup', listPrice })).id;
});

const list = (name: string, more: object = {}) =>
  domain.run<PriceListRow>('createPriceList', { name, currency: 'USD', ...more });
const listAt = async (name: string, price: string, more: object = {}) => {
  const made = await list(name, more);
  await domain.run('setPrices', { list: made.id, prices: [{ product, entries: [{ price }] }] });
  return made;
};
/** What a cup costs, in a container that has read no lists yet. */
const costs = async (more: object = {}) => {
  const fresh = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  const { lines } = await fresh.run<AnsweredBy<typeof priceLines>>('priceLines', {
    lines: [{ product, quantity: '1' }],
    on: '2026-11-22',
    ...more,
  });
  return lines[0]?.unitPrice;
};

describe('the default list', () => {
  it('is one of its time and channel', async () => {
    const first = await list('One', { isDefault: true, validTo: '2026-12-31' });
    expect(await failure(list('Two', { isDefault: true }))).toBe('DEFAULT_EXISTS');
    await list('Next', { isDefault: true, validFrom: '2027-01-01' });
    await list('Web', { isDefault: true, channel: 'web' });
    const other = await list('Other');
    const change = (id: string, changes: object) => domain.run('updatePriceList', { id, version: 1, ...changes });
    expect(await failure(change(other.id, { isDefault: true }))).toBe('DEFAULT_EXISTS');
    expect(await failure(change(first.id, { validTo: null }))).toBe('DEFAULT_EXISTS');
    await change(first.id, { name: 'First' });
  });

  it('counts where the customer has none in force', async () => {
    await listAt('Default', '18', { isDefault: true });
    const own = await listAt('Own', '15', { validTo: '2026-11-30' });
    const { id: account } = await domain.run<{ id: string }>('createAccount', { name: 'Customer', priceList: own.id });
    expect(await costs({ account })).toBe('15');
    expect(await costs({ account, on: '2026-12-01' })).toBe('18');
  });
});

describe('a list that a document names', () => {
  it('is refused where it is not in force, rather than replaced by another', async () => {
    await listAt('Default', '18', { isDefault: true });
    const spring = await listAt('Spring', '12', { validFrom: '2027-03-01' });
    const web = await listAt('Web', '11', { channel: 'web' });
    expect(await failure(costs({ priceList: spring.id }))).toBe('PRICE_LIST_NOT_IN_FORCE');
    expect(await costs({ priceList: spring.id, on: '2027-03-01' })).toBe('12');
    expect(await failure(costs({ priceList: web.id }))).toBe('PRICE_LIST_NOT_IN_FORCE');
    expect(await costs({ priceList: web.id, channel: 'web' })).toBe('11');
  });
});

describe('a list upon another', () => {
  it('has nothing of one that is archived or over', async () => {
    const base = await listAt('Base', '10', { validTo: '2026-11-30' });
    const top = await list('Top', { basedOn: base.id });
    expect(await costs({ priceList: top.id })).toBe('10');
    expect(await costs({ priceList: top.id, on: '2026-12-01' })).toBe('20');
    await domain.run('archivePriceList', { id: base.id, version: 1 });
    expect(await costs({ priceList: top.id })).toBe('20');
  });
});
