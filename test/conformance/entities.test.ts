import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccessRules, Actor, AnyEntity, AnyRow } from '#kernel';
import { modules, registry } from '#modules';
import { startApi, type TestApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { storing } from './storing.ts';
import { completeOf, publicEntities, sampleOf, spoken } from './samples.ts';

const tenanted = withTenantTable();
let api: TestApi;
let actor: Actor;
// One API for all, since its schema takes a while to make; each test has a tenant of its own.
beforeAll(() => {
  api = startApi({
    modules: [...modules, storing],
    table: tenanted.table,
    get tenant() {
      return tenanted.tenant;
    },
    authenticate: () => Promise.resolve(actor),
  });
});
beforeEach(() => {
  actor = api.domain.actor();
});

const wordOf = (name: string): string => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
const hasOperation = (name: string): boolean => registry.operations.has(name);

const store = async (of: AnyEntity, more: object = {}): Promise<AnyRow> => {
  const values = { ...(await completeOf(of, make)), ...more };
  return (await api.domain.run<{ record: AnyRow }>('storeRecord', { entity: of.name, values })).record;
};
const made = new Map<string, number>();
/** A record that another one refers to; what refers to itself ends there. */
const make = async (name: string): Promise<string> => {
  made.set(name, (made.get(name) ?? 0) + 1);
  return (await store(registry.entity(name))).id;
};

type Payload = { readonly userErrors: readonly { readonly code: string; readonly message: string }[] } & Record<
  string,
  { readonly id: string; readonly version: number } | null
>;

/** Calls a mutation with an input of its own type; answers its payload. */
const mutate = async (name: string, entity: string, input: object): Promise<Payload> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation M($input: ${type}!) { ${name}(input: $input) { ${wordOf(entity)} { id version } userErrors { code message } } }`;
  const { data, errors } = await api.ask<Record<string, Payload>>(query, { input });
  if (errors)
    return {
      userErrors: errors.map(({ message, extensions }) => ({ code: extensions.code, message })),
    } as unknown as Payload;
  return data[name] as Payload;
};

const recordOf = (payload: Payload, of: AnyEntity): { readonly id: string; readonly version: number } => {
  expect(payload.userErrors).toEqual([]);
  const record = payload[wordOf(of.name)];
  if (!record || Array.isArray(record)) throw new Error(`${of.name} was not answered.`);
  return record;
};
const codes = (payload: Payload): readonly string[] => payload.userErrors.map(({ code }) => code);

const readOne = async (of: AnyEntity, id: string) =>
  (
    await api.ask<Record<string, { id: string; version: number } | null>>(
      `query($id: ID!) { found: ${wordOf(of.name)}(id: $id) { id version } node(id: $id) { id } }`,
      { id },
    )
  ).data;

const nobody: AccessRules = { entities: {}, operations: [], hiddenFields: [], readOnlyFields: [] };

describe.each(publicEntities(registry).map((of) => [of.name, of] as const))('%s', (_, of) => {
  const create = `create${of.name}`;
  const update = `update${of.name}`;
  const archive = `archive${of.name}`;
  const isMade = of.defaults.includes('create');

  it('is read by its id, as a node, and not by another tenant or an actor without rights', async () => {
    const row = await store(of);
    expect(await readOne(of, row.id)).toEqual({ found: { id: row.id, version: 1 }, node: { id: row.id } });
    actor = api.domain.actor({ tenant: 'ten_stranger' });
    expect(await readOne(of, row.id)).toEqual({ found: null, node: null });
    actor = api.domain.actor({ rules: nobody, userId: 'usr_nobody' });
    const refused = await readOne(of, row.id).catch(() => null);
    expect(refused?.['found'] ?? null).toBeNull();
  });

  it('is listed for its tenant alone, page by page', async () => {
    for (let index = 0; index < 3; index += 1) await store(of);
    const list = async (after?: string) => {
      const query = `query($after: String) { list: ${of.plural}(first: 2, after: $after) { edges { node { id } cursor } pageInfo { hasNextPage endCursor } } }`;
      type Listed = {
        list: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      return (await api.ask<Listed>(query, { after })).data.list;
    };
    const seen = new Set<string>();
    let after: string | undefined;
    for (let pages = 0; pages < 50; pages += 1) {
      const { edges, pageInfo } = await list(after);
      for (const { node } of edges) {
        expect(seen.has(node.id)).toBe(false);
        seen.add(node.id);
      }
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen.size).toBeGreaterThanOrEqual(3);
    actor = api.domain.actor({ tenant: 'ten_stranger' });
    expect((await list()).edges).toEqual([]);
  });

  if (isMade && hasOperation(create)) {
    it('is created, once per idempotency key, and refused what it does not know', async () => {
      const input = { ...(spoken(await sampleOf(of, make)) as object), idempotencyKey: 'conformance' };
      const first = recordOf(await mutate(create, of.name, input), of);
      const again = recordOf(await mutate(create, of.name, input), of);
      expect(again).toEqual(first);
      actor = api.domain.actor({ rules: nobody });
      const { idempotencyKey: _key, ...fresh } = input;
      expect(codes(await mutate(create, of.name, fresh))).toEqual(['FORBIDDEN']);
    });
  }

  if (of.defaults.includes('update') && hasOperation(update)) {
    it('refuses a change of a stale version, of another tenant, and without rights', async () => {
      const row = await store(of);
      expect(codes(await mutate(update, of.name, { id: row.id, version: 7 }))).toEqual(['STALE_VERSION']);
      actor = api.domain.actor({ tenant: 'ten_stranger' });
      expect(codes(await mutate(update, of.name, { id: row.id, version: 1 }))).toEqual(['NOT_FOUND']);
      actor = api.domain.actor({ rules: nobody });
      expect(codes(await mutate(update, of.name, { id: row.id, version: 1 }))).toEqual(['FORBIDDEN']);
    });
  }

  if (of.defaults.includes('archive') && hasOperation(archive)) {
    it('is archived and still read by its id', async () => {
      const row = await store(of);
      expect(recordOf(await mutate(archive, of.name, { id: row.id, version: 1 }), of).version).toBe(2);
      expect(await readOne(of, row.id)).toMatchObject({ found: { version: 2 } });
    });
  }

  if (of.defaults.includes('restore') && hasOperation(`restore${of.name}`)) {
    it('is restored', async () => {
      const row = await store(of);
      await mutate(archive, of.name, { id: row.id, version: 1 });
      const restored = await mutate(`restore${of.name}`, of.name, { id: row.id, version: 2 });
      expect(recordOf(restored, of).version).toBe(3);
    });
  }

  for (const state of of.states?.frozenIn ?? []) {
    it(`takes no change once it is ${state}`, async () => {
      const row = await store(of, { [of.states?.field ?? '']: state });
      const unit = api.domain.reader();
      const read = await unit.trusted(of).get(row.id);
      expect(() => unit.trusted(of).update(read, { archivedAt: null })).toThrow(/can no longer change/);
    });
  }
});
