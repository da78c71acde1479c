import { describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';

const tenanted = withTenantTable();
const start = () => startApi({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant });

type Made = { readonly id: string };

const line = (price: string) => ({ product: 'Paper', quantity: '2', price: { amount: price, currency: 'USD' } });

/** So many customers of one group, each with an offer. */
const fill = async (
  { domain }: TestApi,
  customers: number,
): Promise<{ readonly group: Made; readonly offers: readonly Made[] }> => {
  const owner = await domain.run<Made>('createUser', { name: 'Ana' });
  const group = await domain.run<Made>('createCustomer', { name: 'Group', owner: owner.id });
  const offers: Made[] = [];
  for (let index = 0; index < customers; index += 1) {
    const customer = await domain.run<Made>('createCustomer', {
      name: `Customer ${String(index)}`,
      parent: group.id,
      owner: owner.id,
    });
    offers.push(
      await domain.run<Made>('createOffer', { customer: customer.id, validUntil: '2026-12-01', lines: [line('1.25')] }),
    );
  }
  await domain.settle();
  return { group, offers };
};

describe('relations', () => {
  const offersWithAll = `query ($first: Int) {
    offers(first: $first) { nodes { id total { amount currency } customer { name parent { name } owner { name } } lines { product quantity price { amount } } } }
  }`;

  it('are read in one request per level, whatever the number of rows', async () => {
    const api = start();
    await fill(api, 12);
    const few = await api.ask(offersWithAll, { first: 2 });
    const many = await api.ask<{ offers: { nodes: unknown[] } }>(offersWithAll, { first: 12 });
    expect(many.data.offers.nodes).toHaveLength(12);
    expect(many.data.offers.nodes[0]).toMatchObject({
      total: { amount: '2.50', currency: 'USD' },
      customer: { parent: { name: 'Group' }, owner: { name: 'Ana' } },
      lines: [{ product: 'Paper', quantity: '2', price: { amount: '1.25' } }],
    });
    // The list; customers and lines; groups and owners.
    expect(many.extensions.cost.requests).toBe(few.extensions.cost.requests);
    expect(many.extensions.cost.requests).toBeLessThanOrEqual(4);
    expect(many.extensions.cost.roundTrips).toBeLessThanOrEqual(3);
  });

  it('cost one request per list that hangs on a row, and none again for records that are known', async () => {
    const api = start();
    await fill(api, 8);
    const hung =
      'query ($id: ID!) { customer(id: $id) { children(first: 20) { nodes { offers { nodes { customer { owner { name } } } } } } } }';
    const { data } = await api.ask<{ customers: { nodes: Made[] } }>(
      '{ customers(where: {name: {eq: "Group"}}) { nodes { id } } }',
    );
    const { extensions } = await api.ask(hung, { id: data.customers.nodes[0]?.id });
    // The group; its link entries and their rows; eight lists, of open and of closed offers; one owner.
    expect(extensions.cost.requests).toBe(1 + 2 + 8 * 2 + 1);
    expect(extensions.cost.roundTrips).toBeLessThanOrEqual(5);
  });

  it('read all lines of a long document', async () => {
    const api = start();
    const customer = await api.domain.run<Made>('createCustomer', { name: 'Long' });
    const lines = Array.from({ length: 250 }, (_, index) => ({ ...line('1'), product: `P${String(index)}` }));
    await api.domain.run('createOffer', { customer: customer.id, validUntil: '2026-12-01', lines });
    const { data } = await api.ask<{ offers: { nodes: [{ lines: { product: string }[] }] } }>(
      '{ offers { nodes { lines { product } } } }',
    );
    expect(data.offers.nodes[0].lines.map(({ product }) => product)).toEqual(lines.map(({ product }) => product));
  });

  it('hang lists on the one side, through keys and through links', async () => {
    const api = start();
    const { group } = await fill(api, 2);
    const { data, errors } = await api.ask(
      `query ($id: ID!) { customer(id: $id) { children(orderBy: {field: NAME, direction: DESC}) { nodes { name offers(where: {status: {eq: DRAFT}}) { edges { cursor node { customer { name } } } pageInfo { hasNextPage endCursor } } } } } }`,
      { id: group.id },
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      customer: {
        children: {
          nodes: [
            { name: 'Customer 1', offers: { edges: [{ node: { customer: { name: 'Customer 1' } } }] } },
            { name: 'Customer 0' },
          ],
        },
      },
    });
  });

  it('leave out of lists, and null elsewhere, what the actor may not see', async () => {
    const { domain } = start();
    const watcher = await domain.run<Made>('createUser', { name: 'Ana' });
    const customer = await domain.run<Made>('createCustomer', { name: 'Hidden' });
    const offer = await domain.run<Made>('createOffer', {
      customer: customer.id,
      validUntil: '2026-12-01',
      lines: [],
      watchers: [watcher.id],
    });
    const rules = {
      entities: { Offer: { read: 'all' } },
      operations: [],
      hiddenFields: [],
      readOnlyFields: [],
    } as const;
    const api = startApi({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant, actor: { rules } });
    const { data, errors } = await api.ask(
      'query ($id: ID!) { offer(id: $id) { validUntil customer { name } watchers { name } } }',
      { id: offer.id },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ offer: { validUntil: '2026-12-01', customer: null, watchers: [] } });
  });
});

describe('node and nodes', () => {
  it('answer records of any kind in order, and null for what is unknown', async () => {
    const api = start();
    const { group, offers } = await fill(api, 1);
    const ids = [offers[0]?.id, 'off_00000000000000000000000000', group.id, 'nonsense', '', 'x'.repeat(5000)];
    const { data, extensions } = await api.ask(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Customer { name } } }',
      { ids },
    );
    expect(data).toEqual({
      nodes: [
        { __typename: 'Offer', id: offers[0]?.id },
        null,
        { __typename: 'Customer', id: group.id, name: 'Group' },
        null,
        null,
        null,
      ],
    });
    expect(extensions.cost.requests).toBe(1);
  });

  it('refuse more than 100 ids', async () => {
    const { errors } = await start().ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array.from({ length: 101 }, () => 'x'),
    });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('know no record by the id of another entity', async () => {
    const api = start();
    const { group } = await fill(api, 0);
    const { data } = await api.ask('query ($id: ID!) { offer(id: $id) { id } }', { id: group.id });
    expect(data).toEqual({ offer: null });
  });
});
