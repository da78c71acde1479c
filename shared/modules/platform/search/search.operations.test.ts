import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, ProjectedItem } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { projectedItem } from '#kernel/read-model';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person, ownRules, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { searchTokens } from './search.projections.ts';

type Found = {
  readonly hits: readonly { type: string; title: string; record: AnyRow }[];
  readonly isComplete: boolean;
};

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

const make = (kind: string, values: object, actor = domain.actor()) =>
  domain.run<AnyRow>(`create${kind}`, { ...values }, actor);
const search = (text: string, more: object = {}, actor = domain.actor()) =>
  domain.run<Found>('search', { text, ...more }, actor);
const titles = async (text: string, more: object = {}, actor = domain.actor()) =>
  (await search(text, more, actor)).hits.map(({ title }) => title);

describe('search', () => {
  it('finds a contact by any word, e-mail, phone digits, and an account by its tax id', async () => {
    const contact = { firstName: 'María José', lastName: 'Pérez', email: 'mj.perez@acme.com.ec', phone: '0991234567' };
    await make('Contact', contact);
    await make('Account', { name: 'Comercial Andina', taxId: '1790016919001' });
    await domain.settle();
    for (const text of [
      'maria',
      'jose per',
      'PÉREZ',
      'mj.perez@acme.com.ec',
      'mj.per',
      '@acme.com',
      'acme',
      '4567',
      '9123',
      '099 123 4567',
      '+593991234567',
    ])
      expect([text, await titles(text)]).toEqual([text, ['María José Pérez']]);
    for (const text of ['1790016919001', '1790016919-001', '17900', 'andi com'])
      expect([text, await titles(text)]).toEqual([text, ['Comercial Andina']]);
    for (const text of ['perez gomez', '4568', 'zzz', '-']) expect([text, await titles(text)]).toEqual([text, []]);
    expect(await titles('com', { types: ['Contact'] })).toEqual([]);
  });

  it('answers typed hits, of the types asked for', async () => {
    await make('Contact', { firstName: 'Acme' });
    const account = await make('Account', { name: 'Acme' });
    await make('Product', { sku: 'acme-1', name: 'Acme chair' });
    await domain.settle();
    expect((await search('acme')).hits.map(({ type }) => type).sort()).toEqual(['Account', 'Contact', 'Product']);
    const { hits } = await search('acme', { types: ['Account'] });
    expect(hits).toEqual([{ type: 'Account', title: 'Acme', record: expect.objectContaining({ id: account.id }) }]);
    expect(await titles('ACME-1')).toEqual(['Acme chair']);
    expect(await failure(search('acme', { types: ['Role'] }))).toBe('BAD_INPUT');
    expect(await failure(search(''))).toBe('BAD_INPUT');
    expect(await failure(search('acme', { first: 51 }))).toBe('BAD_INPUT');
  });

  it('puts whole words first, then what changed last', async () => {
    for (const name of ['Anaya', 'Ana', 'Anabel', 'Ana Sol']) {
      await make('Account', { name });
      domain.clock.advance(1000);
    }
    await domain.settle();
    expect(await titles('ana', { types: ['Account'] })).toEqual(['Ana Sol', 'Ana', 'Anabel', 'Anaya']);
    expect(await titles('ana', { types: ['Account'], first: 2 })).toEqual(['Ana Sol', 'Ana']);
  });

  it('costs one query for each of its two longest words, and one batch', async () => {
    for (const lastName of ['Mora', 'Moreno'])
      await make('Contact', { firstName: 'Eva', lastName, phone: '0991234567' });
    await domain.settle();
    await search('mor');
    expect(domain.meter()).toMatchObject({ requests: 2, trips: 2 });
    await search('eva mor');
    expect(domain.meter()).toMatchObject({ requests: 3, trips: 2 });
    await search('91234567');
    expect(domain.meter()).toMatchObject({ requests: 4, trips: 2 });
  });

  it('follows changes, archiving and restoring', async () => {
    const eva = await make('Contact', { firstName: 'Eva', phone: '0991234567' });
    await domain.settle();
    await domain.run('updateContact', { id: eva.id, version: 1, firstName: 'Zoe', phones: [{ number: '0987654321' }] });
    await domain.settle();
    expect([await titles('eva'), await titles('1234567'), await titles('zoe'), await titles('7654321')]).toEqual([
      [],
      [],
      ['Zoe'],
      ['Zoe'],
    ]);
    await domain.run('archiveContact', { id: eva.id, version: 2 });
    await domain.settle();
    expect(await titles('zoe')).toEqual([]);
    await domain.run('restoreContact', { id: eva.id, version: 3 });
    await domain.settle();
    expect(await titles('zoe')).toEqual(['Zoe']);
  });

  it('leaves out a record that no longer matches while the index is still behind', async () => {
    const eva = await make('Contact', { firstName: 'Eva' });
    await domain.settle();
    await domain.run('updateContact', { id: eva.id, version: 1, firstName: 'Zoe' });
    expect(await titles('eva')).toEqual([]);
  });

  it('is the same however often and late events come', async () => {
    const eva = await make('Contact', { firstName: 'Eva' });
    const first = await domain.settle();
    await domain.run('updateContact', { id: eva.id, version: 1, firstName: 'Zoe' });
    const second = await domain.settle();
    await consumeEvents(domain.runtime, [...second, ...first, ...first]);
    expect([await titles('eva'), await titles('zoe')]).toEqual([[], ['Zoe']]);
  });
});

describe('who searches', () => {
  it('finds what is his own, his team’s, or all, as his role says', async () => {
    await make('Contact', { firstName: 'Eva', lastName: 'Own' }, person(domain, ana));
    await make('Contact', { firstName: 'Eva', lastName: 'Other' }, person(domain, ben));
    await make('Product', { sku: 'eva', name: 'Eva foam' });
    await domain.settle();
    const boss = person(domain, ana, {
      rules: teamRules,
      teamMembers: [ben],
      teams: ['tea_00000000000000000000000001'],
    });
    const nothing = person(domain, ana, { rules: { ...ownRules, entities: {} } });
    expect((await titles('eva', {}, person(domain, ana))).sort()).toEqual(['Eva Own', 'Eva foam']);
    expect((await titles('eva', {}, boss)).sort()).toEqual(['Eva Other', 'Eva Own', 'Eva foam']);
    expect((await titles('eva')).sort()).toEqual(['Eva Other', 'Eva Own', 'Eva foam']);
    expect(await titles('eva', {}, nothing)).toEqual([]);
    const stranger = domain.actor({ tenant: `${tenanted.tenant}x` });
    expect(await titles('eva', {}, stranger)).toEqual([]);
  });

  it('finds what a colleague has delegated to him, and only that of the others’', async () => {
    const [one, other] = [await make('Account', { name: 'Acme Uno' }), await make('Account', { name: 'Acme Dos' })];
    await make('Account', { name: 'Acme Mine' }, person(domain, ana));
    await domain.settle();
    const granted = new Set([one.id]);
    const helper = person(domain, ana, { granted });
    expect((await titles('acme', {}, helper)).sort()).toEqual(['Acme Mine', 'Acme Uno']);
    expect(await titles('uno', { types: ['Contact'] }, helper)).toEqual([]);
    expect(await titles('dos', {}, person(domain, ana, { granted: new Set([other.id]) }))).toEqual(['Acme Dos']);
    const nothing = person(domain, ana, { granted, rules: { ...ownRules, entities: {} } });
    expect(await titles('acme', {}, nothing)).toEqual(['Acme Uno']);
    await domain.run('archiveAccount', { id: one.id, version: 1 });
    expect(await titles('uno', {}, helper)).toEqual([]);
  });

  it('does not find by fields that are hidden from him', async () => {
    await make('Account', { name: 'Acme', taxId: '1790016919001' });
    await domain.settle();
    const blind = domain.actor({ rules: { ...domain.actor().rules, hiddenFields: ['Account.taxId'] } });
    expect([
      await titles('1790016919001'),
      await titles('1790016919001', {}, blind),
      await titles('acme', {}, blind),
    ]).toEqual([['Acme'], [], ['Acme']]);
  });
});

describe('very common words', () => {
  /** Entries of older accounts, as the index has them after years; their rows are nothing to these tests. */
  const seed = async (count: number, name: string): Promise<void> => {
    const of = domain.registry.entity('Account');
    const createdAt = new Date(domain.clock.now().getTime() - 3_600_000).toISOString();
    const items = Array.from({ length: count }, () => ({
      id: domain.runtime.ids.next('acc'),
      name,
      createdAt,
    })).flatMap((row) => searchTokens.items(row as unknown as AnyRow, of, domain.registry));
    const put = (item: ProjectedItem) => ({ kind: 'put', item: projectedItem(tenanted.tenant, item) }) as const;
    await tenanted.table.batchWrite(items.map(put));
  };

  const makeSome = async (count: number, name: string): Promise<void> => {
    for (let nth = 0; nth < count; nth += 1) {
      await make('Account', { name: `${name} ${String(nth)}` });
      domain.clock.advance(1000);
    }
    await domain.settle();
  };

  it('are read up to a limit, newest first, and the answer says so', async () => {
    await seed(100, 'Sociedad');
    await makeSome(55, 'Sociedad');
    const { hits, isComplete } = await search('sociedad', { first: 50 });
    expect([hits.length, isComplete, hits[0]?.title]).toEqual([50, false, 'Sociedad 54']);
    expect(await titles('sociedad 7')).toEqual(['Sociedad 7']);
  });

  it('cost no more the more records have them, and the answer says that it is not all', async () => {
    for (let count = 0; count < 25; count += 1) await make('Account', { name: `Comercial Pichincha ${String(count)}` });
    await domain.settle();
    const prices: number[] = [];
    for (const more of [200, 1000]) {
      await seed(more, 'Comercial Pichincha');
      const { hits, isComplete } = await search('comercial pichincha');
      expect([hits.length, isComplete]).toEqual([20, false]);
      prices.push(domain.meter().readUnits);
      expect(domain.meter().requests).toBe(3);
    }
    expect(prices[1]).toBeLessThanOrEqual(1.1 * (prices[0] ?? 0));
  });

  it('are narrowed by a rare one, long or short, old or new', async () => {
    await seed(400, 'Comercial Pichincha');
    await make('Account', { name: 'Comercial Paz' });
    await make('Account', { name: 'Pichincha 349' });
    domain.clock.advance(7_200_000);
    await seed(400, 'Comercial Pichincha');
    await domain.settle();
    expect(await search('comercial paz')).toMatchObject({ hits: [{ title: 'Comercial Paz' }], isComplete: true });
    expect(await titles('pichincha 349')).toEqual(['Pichincha 349']);
  });

  it('find what is one’s own behind hundreds of others', async () => {
    await make('Account', { name: 'Comercial Andina' }, person(domain, ana));
    domain.clock.advance(7_200_000);
    await seed(800, 'Comercial');
    await domain.settle();
    expect(await titles('comercial', {}, person(domain, ana))).toEqual(['Comercial Andina']);
  });
});

describe('external ids', () => {
  type Matches = { readonly matches: readonly { id: string; record: AnyRow }[] };
  const find = (type: string, ids: readonly string[], actor = domain.actor()) =>
    domain.run<Matches>('recordsByExternalId', { type, system: 'erp', ids }, actor);

  it('find their records in two requests, those that are visible', async () => {
    const externalIds = (id: string) => [{ system: 'erp', id }];
    const mine = await make('Account', { name: 'Mine', externalIds: externalIds('C-1') }, person(domain, ana));
    const theirs = await make('Account', { name: 'Theirs', externalIds: externalIds('C-2') }, person(domain, ben));
    const all = await find('Account', ['C-2', 'C-9', 'c-1']);
    expect(domain.meter().requests).toBe(2);
    expect(all.matches.map(({ id, record }) => [id, record.id])).toEqual([
      ['C-2', theirs.id],
      ['c-1', mine.id],
    ]);
    const some = await find('Account', ['C-1', 'C-2'], person(domain, ana));
    expect(some.matches.map(({ id }) => id)).toEqual(['C-1']);
    expect((await find('Account', ['C-1'], domain.actor({ tenant: `${tenanted.tenant}x` }))).matches).toEqual([]);
    expect(await failure(find('Role', ['C-1']))).toBe('BAD_INPUT');
  });
});
