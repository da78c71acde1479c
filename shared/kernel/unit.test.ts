import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  anyRecord,
  change,
  entity,
  externalIds,
  externalKey,
  integer,
  list,
  module,
  mutation,
  optional,
  ownedBy,
  query,
  ref,
  signedIn,
  text,
  type AnyRow,
} from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { User } from '#test/support/example';

const Firm = entity('Firm', {
  idPrefix: 'frm',
  describes: 'A firm.',
  fields: {
    name: text(),
    country: optional(text()),
    number: optional(text({ unique: (number: string, { country }) => `${String(country)}:${number}` })),
    externalIds: externalIds(),
    parent: optional(ref('Firm')),
    owner: optional(ref('User')),
  },
  owner: ownedBy('owner'),
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update'],
  title: ({ name }) => name,
});

const Person = entity('Person', {
  idPrefix: 'per',
  describes: 'Somebody at a firm.',
  fields: { firm: optional(ref('Firm')), owner: optional(ref('User')) },
  owner: ownedBy('owner', undefined, 'firm'),
  keys: {},
  defaults: ['create'],
  title: ({ id }) => id,
});

const moveFirm = change(Firm, 'moveFirm', {
  describes: 'Puts a firm under another, which must stay as it is.',
  needs: 'firm.update',
  input: { id: ref('Firm') },
  returns: Firm,
  run: async ({ id, changes }, { data }) => {
    const parent = await data(Firm).get(changes.parent ?? '');
    data(Firm).hold(parent);
    await meanwhile(parent);
    return data(Firm).update(await data(Firm).get(id), changes);
  },
});

const touchFirm = mutation('touchFirm', {
  describes: 'Changes nothing but the version.',
  needs: 'firm.update',
  input: { id: ref('Firm') },
  returns: Firm,
  run: async ({ id }, { data }) => {
    const firm = await data(Firm).get(id);
    return data(Firm).update(firm, { name: `${firm.name}!` });
  },
});

const overview = query('overview', {
  describes: 'Records, and what others add.',
  needs: signedIn,
  input: { ids: list(text()) },
  returns: { found: list(anyRecord()) },
  returnsAlso: (contributions) =>
    Object.fromEntries(contributions('overview').map((name) => [String(name), integer()])),
  run: async ({ ids }, { records, registry }) => ({
    found: [...(await records(ids)).values()],
    ...Object.fromEntries(registry.contributions('overview').map((name) => [String(name), 1])),
  }),
});

type Made = AnyRow & { readonly owner?: string };
let meanwhile: (parent: AnyRow) => Promise<void>;
const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  meanwhile = () => Promise.resolve();
  const people = module('platform/users', { entities: [User] });
  const firms = module('parties/firms', { entities: [Firm, Person], operations: [moveFirm, touchFirm, overview] });
  const more = module('sales/more', { contributes: { overview: ['deals'] } });
  domain = startDomain({ modules: [people, firms, more], table: tenanted.table, tenant: tenanted.tenant });
});

const makeFirm = (values: object = {}) => domain.run<Made>('createFirm', { name: 'Acme', ...values });

describe('unique values', () => {
  it('are told apart by what their field says: a number is unique in its country', async () => {
    const first = await makeFirm({ country: 'EC', number: '1' });
    await makeFirm({ country: 'ES', number: '1' });
    expect(await failure(makeFirm({ country: 'EC', number: '1' }))).toBe('NOT_UNIQUE');
    await domain.run('updateFirm', { id: first.id, version: 1, country: 'PE' });
    await makeFirm({ country: 'EC', number: '1' });
  });

  it('of a list are guarded one by one, freed when they go, and found together', async () => {
    const ids = ['a', 'b'].map((id) => ({ system: 'erp', id }));
    const first = await makeFirm({ externalIds: ids });
    const second = await makeFirm({ externalIds: [{ system: 'shop', id: 'a' }] });
    expect(await failure(makeFirm({ externalIds: [{ system: 'ERP', id: 'B' }] }))).toBe('NOT_UNIQUE');
    await domain.run('updateFirm', { id: first.id, version: 1, externalIds: ids.slice(0, 1) });
    const third = await makeFirm({ externalIds: ids.slice(1) });
    const asked = ['erp:a', 'erp:b', 'shop:a', 'shop:z'];
    const reader = domain.reader();
    const found = await reader.data(Firm).findAllUnique('externalIds', asked);
    expect([...found].map(([key, { id }]) => [key, id])).toEqual([
      ['erp:a', first.id],
      ['erp:b', third.id],
      ['shop:a', second.id],
    ]);
    expect(reader.meter).toMatchObject({ requests: 2, trips: 2 });
    expect(externalKey({ system: 'erp', id: 'a' })).toBe('erp:a');
  });
});

describe('a new record that names no owner', () => {
  it('belongs to the owner of its parent, else to whoever makes it, at the price of any create', async () => {
    const [ana, ben] = await Promise.all(['Ana', 'Ben'].map((name) => domain.run<Made>('createUser', { name })));
    const firm = await makeFirm({ owner: ana?.id });
    const actor = domain.actor({ userId: ben?.id ?? '' });
    const person = await domain.run<Made>('createPerson', { firm: firm.id }, actor);
    expect(person).toMatchObject({ owner: ana?.id, ownerId: ana?.id });
    expect(domain.meter().requests).toBe(2);
    expect(await domain.run<Made>('createPerson', {}, actor)).toMatchObject({ owner: ben?.id, ownerId: ben?.id });
    const unowned = await makeFirm();
    expect(await domain.run('createPerson', { firm: unowned.id }, actor)).toMatchObject({ owner: ben?.id });
    expect(await domain.run('createPerson', { firm: firm.id, owner: ben?.id }, actor)).toMatchObject({
      owner: ben?.id,
    });
  });
});

describe('a row that is held', () => {
  it('must not have changed when the unit is written; the operation runs again', async () => {
    const [parent, child] = [await makeFirm(), await makeFirm()];
    let seen = 0;
    meanwhile = async ({ version }) => {
      seen += 1;
      if (version === 1) await domain.run('touchFirm', { id: parent.id });
    };
    await domain.run('moveFirm', { id: child.id, parent: parent.id });
    expect(seen).toBe(2);
  });

  it('answers CONFLICT when it changes again and again', async () => {
    const [parent, child] = [await makeFirm(), await makeFirm()];
    meanwhile = async () => {
      await domain.run('touchFirm', { id: parent.id });
    };
    expect(await failure(domain.run('moveFirm', { id: child.id, parent: parent.id }))).toBe('CONFLICT');
    expect((await domain.reader().data(Firm).get(child.id)).parent).toBeUndefined();
  });
});

describe('records of any entity', () => {
  it('come in one trip, without those that the actor may not see, with what other modules add', async () => {
    const [ana, ben] = await Promise.all(['Ana', 'Ben'].map((name) => domain.run<Made>('createUser', { name })));
    const mine = await makeFirm({ owner: ana?.id });
    const theirs = await makeFirm({ owner: ben?.id });
    const rules = { entities: { '*': { read: 'own' as const } }, operations: [], hiddenFields: [], readOnlyFields: [] };
    const actor = domain.actor({ userId: ana?.id ?? '', rules });
    const ids = [mine.id, theirs.id, ben?.id, 'frm_none'];
    const answer = await domain.run<{ found: readonly AnyRow[]; deals: number }>('overview', { ids }, actor);
    expect(answer.found.map(({ id }) => id)).toEqual([mine.id, ben?.id]);
    expect(answer.deals).toBe(1);
    expect(domain.meter()).toMatchObject({ requests: 1, trips: 1 });
    expect(domain.registry.operations.get('overview')?.returns).toHaveProperty('deals');
  });
});
