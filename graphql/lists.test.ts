import { describe, expect, it } from '@jest/globals';
import type { QuerySpec, Table } from '#kernel';
import { startApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';

const tenanted = withTenantTable();
const start = () => startApi({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant });

type Page = {
  readonly nodes: readonly { readonly name: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly endCursor: string | null;
    readonly scanLimited: boolean;
  };
};

const named = async (names: readonly string[]) => {
  const api = start();
  for (const name of names) await api.domain.run('createCustomer', { name, labels: [name] });
  return api;
};

/** The customers of these names, and what the lists ask of the table. */
const watched = async (names: readonly string[]) => {
  const asked: QuerySpec[] = [];
  const over = (table: Table): Table => ({
    ...table,
    query: (spec) => {
      if (spec.index === 'gsi3') asked.push(spec);
      return table.query(spec);
    },
    metered: (meter) => over(table.metered(meter)),
  });
  const api = startApi({ modules: exampleModules, table: over(tenanted.table), tenant: tenanted.tenant });
  for (const name of names) await api.domain.run('createCustomer', { name });
  asked.length = 0;
  return { api, asked };
};

const page = `query ($after: String, $where: CustomerFilter, $orderBy: CustomerOrder) {
  customers(first: 2, after: $after, where: $where, orderBy: $orderBy) { nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor scanLimited } }
}`;

describe('a list', () => {
  it('is paged to its end with cursors', async () => {
    const api = await named(['A', 'B', 'C', 'D', 'E']);
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const { data }: { data: { customers: Page } } = await api.ask<{ customers: Page }>(page, { after });
      seen.push(...data.customers.nodes.map(({ name }) => name));
      after = data.customers.pageInfo.endCursor;
      if (!data.customers.pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('refuses forged cursors and those of another query', async () => {
    const api = await named(['A', 'B', 'C']);
    const { data } = await api.ask<{ customers: Page }>(page);
    const { endCursor } = data.customers.pageInfo;
    const asked = [
      { after: 'forged' },
      { after: `${String(endCursor)}x` },
      { after: '.' },
      { after: endCursor, where: { name: { startsWith: 'B' } } },
      { after: endCursor, orderBy: { field: 'NAME', direction: 'DESC' } },
    ];
    for (const variables of asked) {
      const { errors } = await api.ask(page, variables);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['after'] }] });
    }
  });

  it('is filtered by every kind of value', async () => {
    const api = start();
    const group = await api.domain.run<{ id: string }>('createCustomer', { name: 'Group' });
    await api.domain.run('createCustomer', {
      name: 'Ana',
      code: 'A1',
      parent: group.id,
      labels: ['x', 'y'],
      isKey: true,
      discount: '12.5',
      limit: { minor: 150, currency: 'USD' },
      site: { city: 'Quito', floors: 3 },
    });
    await api.domain.settle();
    const filters = [
      { name: { startsWith: 'An', ne: 'Bo' } },
      { code: { in: ['A1', 'A2'] } },
      { parent: { eq: group.id } },
      { labels: { hasAny: ['y'] } },
      { isKey: { eq: true } },
      { discount: { between: ['12', 13] } },
      { limit: { gte: { amount: '1.50', currency: 'USD' } } },
      { site: { city: { eq: 'Quito' }, floors: { lt: 4 } } },
      { or: [{ code: { eq: 'Z' } }, { not: { parent: { isNull: true } } }] },
      { createdAt: { lte: '2026-11-22T10:00:00-05:00' }, and: [{ parent: { isNull: false } }] },
    ];
    for (const where of filters) {
      const { data, errors } = await api.ask<{ customers: Page }>(page, { where });
      expect(errors).toBeUndefined();
      expect([where, data.customers.nodes]).toEqual([where, [{ name: 'Ana' }]]);
    }
  });

  it('refuses a page that is too large, an order that no key serves, a filter that is wrong', async () => {
    const api = start();
    const asked = [
      'first: 101',
      'first: 0',
      'orderBy: {field: CREATED_AT}',
      'where: {parent: {eq: "x"}}',
      'where: {or: []}',
    ];
    for (const args of asked) {
      const { data, errors } = await api.ask(`{ customers(${args}) { nodes { id } } }`);
      expect(data).toEqual({ customers: null });
      expect([args, errors?.[0]?.extensions.code]).toEqual([args, 'BAD_USER_INPUT']);
    }
    const { errors } = await api.ask('{ customers(orderBy: {field: CREATED_AT}) { nodes { id } } }');
    expect(errors?.[0]?.message).toContain('name');
  });

  it('asks the table for what is asked of the records, in fragments too', async () => {
    const { api, asked } = await watched(['A', 'B']);
    const { data, errors } = await api.ask(`{
      customers { edges { cursor node { ...Named } } nodes { ... on Node { id } parent { name } version } pageInfo { endCursor } }
    } fragment Named on Customer { __typename name }`);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ customers: { edges: [{ node: { name: 'A' } }, { node: { name: 'B' } }] } });
    expect(asked.map(({ attributes }) => [...(attributes ?? [])].sort())).toEqual(
      Array.from({ length: 4 }, () => ['gsi3sk', 'id', 'name', 'parent', 'version']),
    );
  });

  it('asks for whole records where most of their fields are asked for', async () => {
    const { api, asked } = await watched(['A']);
    await api.ask(
      '{ customers { nodes { name code parent { id } labels isKey discount limit { amount } site { city } } } }',
    );
    expect(asked.map(({ attributes }) => attributes)).toEqual(Array.from({ length: 4 }, () => undefined));
  });

  it('shows a record that it has read in part whole elsewhere', async () => {
    const api = start();
    const group = await api.domain.run<{ id: string }>('createCustomer', { name: 'Group', code: 'G1', labels: ['x'] });
    await api.domain.run('createCustomer', { name: 'Ana', parent: group.id });
    const { data } = await api.ask('{ customers { nodes { name parent { name code labels } } } }');
    expect(data).toEqual({
      customers: {
        nodes: [
          { name: 'Ana', parent: { name: 'Group', code: 'G1', labels: ['x'] } },
          { name: 'Group', parent: null },
        ],
      },
    });
  });

  it('asks every shard for little more than it gave to the page before', async () => {
    const { api, asked } = await watched(Array.from({ length: 30 }, (_, index) => `C${String(10 + index)}`));
    const read = async () => {
      asked.length = 0;
      const { data } = await api.ask<{ customers: Page }>('{ customers(first: 10) { nodes { name } } }');
      const limits = asked.map(({ limit = 0 }) => limit);
      return { names: data.customers.nodes.map(({ name }) => name), limits };
    };
    const before = await read();
    expect(before.limits).toEqual([8, 8, 8, 8]);
    const again = await read();
    expect(again.names).toEqual(before.names);
    expect(again.limits).toHaveLength(4);
    expect(again.limits.reduce((sum, limit) => sum + limit)).toBe(11 + 4 * 3);
    for (let index = 0; index < 10; index += 1) await api.domain.run('createCustomer', { name: `A${String(index)}` });
    const changed = await read();
    expect(changed.names).toEqual(Array.from({ length: 10 }, (_, index) => `A${String(index)}`));
  });

  it('explains how it was read and what that cost', async () => {
    const api = await named(['A', 'B']);
    const { data, extensions } = await api.ask(
      '{ customers(explain: true, where: {labels: {has: "A"}}) { nodes { name } } }',
    );
    expect(data).toEqual({ customers: { nodes: [{ name: 'A' }] } });
    expect(extensions.explain).toEqual([
      expect.objectContaining({
        field: 'customers',
        key: 'all',
        index: 'gsi3',
        partitions: 4,
        sort: 'name',
        filtered: true,
        rows: 1,
        requests: 4,
        roundTrips: 1,
      }),
    ]);
    expect(extensions.cost.requests).toBe(4);
  });

  it('lists the archive when asked', async () => {
    const api = await named(['A']);
    const kept = await api.domain.run<{ id: string }>('createCustomer', { name: 'B' });
    await api.domain.run('archiveCustomer', { id: kept.id, version: 1 });
    const { data } = await api.ask(
      '{ now: customers { nodes { name } } archive: customers(archived: true) { nodes { name archivedAt } } }',
    );
    expect(data).toEqual({
      now: { nodes: [{ name: 'A' }] },
      archive: { nodes: [{ name: 'B', archivedAt: '2026-11-22T15:00:00.000Z' }] },
    });
  });
});
