import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person, ownRules, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';

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

  it('costs one query and one batch', async () => {
    for (const lastName of ['Mora', 'Moreno'])
      await make('Contact', { firstName: 'Eva', lastName, phone: '0991234567' });
    await domain.settle();
    await search('eva mor');
    expect(domain.meter()).toMatchObject({ requests: 2, trips: 2 });
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

describe('much that begins alike', () => {
  it('is read up to a limit, newest first, and says so', async () => {
    for (let count = 0; count < 130; count += 1) {
      await make('Account', { name: `Sociedad ${String(count)}` });
      domain.clock.advance(1000);
    }
    await domain.settle();
    const { hits, isComplete } = await search('sociedad', { first: 50 });
    expect([hits.length, isComplete, hits[0]?.title]).toEqual([50, false, 'Sociedad 129']);
    expect(await titles('sociedad 77')).toEqual(['Sociedad 77']);
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
