import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules, partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';

type Entry = { record: AnyRow; issues: string[]; score: number; missing: string[]; touchedOn: string };
type Page = { readonly entries: readonly Entry[]; readonly endCursor?: string };
type Sums = { records: number; score: number; stale: number; duplicates: number; missing: object[] };
type Totals = { readonly owners: readonly (Sums & { owner?: string; team?: string })[]; readonly total: Sums };

const tenanted = withTenantTable();
const operations = ['quality.measure', 'quality.dismiss', 'account.*'];
let domain: Domain;
let ana: string;
let ben: string;
let cleo: string;
let anas: Actor;
let boss: Actor;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = '', cleo = ''] = await makePeople(domain, ['Ana', 'Ben', 'Cleo']);
  anas = person(domain, ana, { rules: { ...ownRules, operations } });
  boss = person(domain, 'usr_boss', { rules: { ...teamRules, operations }, teamMembers: [ana, ben] });
});

const account = (name: string, values: object = {}, by: Actor = anas) =>
  domain.run<AnyRow>('createAccount', { name, ...values }, by);
const issues = (input: object = {}, by: Actor = anas) =>
  domain.run<Page>('qualityIssues', { of: 'Account', ...input }, by);
const totals = (input: object = {}, by: Actor = boss) =>
  domain.run<Totals>('qualityTotals', { of: 'Account', ...input }, by);
const dismiss = (input: object, by: Actor = anas) =>
  domain.run<{ record: AnyRow }>('dismissQualityIssue', { reason: 'So it is.', ...input }, by);
const whole = { taxId: '1790016919001', email: 'a@faro.ec', phone: '0991112223', addresses: [{ city: 'Quito' }] };

describe('incomplete records', () => {
  it('are queued with what they lack, follow each change, and are worked off by filling in or by dismissal', async () => {
    const bare = await account('Faro');
    await domain.settle();
    const [found] = (await issues()).entries;
    expect(found).toMatchObject({
      record: { id: bare.id },
      issues: ['INCOMPLETE'],
      score: 8,
      missing: ['taxId', 'email', 'phone', 'mainContact', 'city', 'sector', 'source'],
      touchedOn: '2026-11-22',
    });
    const filled = await domain.run<AnyRow>('updateAccount', { id: bare.id, version: 1, ...whole }, anas);
    await domain.settle();
    expect((await issues()).entries).toMatchObject([{ missing: ['mainContact', 'sector', 'source'] }]);
    const fields = ['mainContact', 'sector', 'source'];
    expect(await failure(dismiss({ id: bare.id, version: 1, fields }))).toBe('STALE_VERSION');
    const { record } = await dismiss({ id: bare.id, version: filled.version, fields });
    expect(record['qualityWaiver']).toMatchObject({ fields, by: ana, reason: 'So it is.' });
    await domain.settle();
    expect((await issues()).entries).toEqual([]);
    expect((await totals()).total).toMatchObject({ records: 1, score: 100, missing: [] });
  });

  it('are those of the tenant’s own standard, custom fields among them', async () => {
    await account('Faro', whole);
    await domain.run('createCustomField', {
      recordType: 'Account',
      key: 'route',
      kind: 'TEXT',
      labels: { es: 'Ruta', en: 'Route' },
    });
    await domain.settle();
    const set = (weights: readonly (readonly [string, number])[], more: object = {}) =>
      domain.run<AnyRow>('setQualityStandard', {
        recordType: 'Account',
        weights: weights.map(([field, weight]) => ({ field, weight })),
        ...more,
      });
    expect(await failure(set([['nothing', 1]]))).toBe('UNKNOWN_FIELD');
    const standard = await set([
      ['taxId', 1],
      ['custom.route', 3],
    ]);
    expect((await issues()).entries).toMatchObject([{ score: 25, missing: ['custom.route'] }]);
    expect(await failure(set([], { version: 7 }))).toBe('STALE_VERSION');
    await set([['taxId', 1]], { version: standard.version });
    expect((await issues()).entries).toEqual([]);
    expect((await totals()).total).toMatchObject({ score: 100 });
    expect(await domain.run('qualityStandardFor', { of: 'Account' }, anas)).toMatchObject({
      weights: [{ field: 'taxId', weight: 1 }],
      staleDays: 180,
      askable: expect.arrayContaining(['taxId', 'custom.route']) as unknown,
    });
  });
});

describe('stale records', () => {
  it('come by themselves as days pass, and go when somebody touches them or says that they are right', async () => {
    const old = await account('Viejo', whole);
    await domain.settle();
    domain.clock.set('2027-02-01T15:00:00.000Z');
    const newer = await account('Nuevo');
    await domain.settle();
    const stale = async () => (await issues({ issue: 'STALE' })).entries.map(({ record }) => record.id);
    expect(await stale()).toEqual([]);
    domain.clock.set('2027-05-21T15:00:00.000Z');
    expect(await stale()).toEqual([old.id]);
    expect((await totals()).total).toMatchObject({ records: 2, stale: 1 });
    domain.clock.set('2027-08-01T15:00:00.000Z');
    expect(await stale()).toEqual([old.id, newer.id]);
    expect((await totals()).total).toMatchObject({ stale: 2 });
    await dismiss({ id: old.id });
    await domain.run('updateAccount', { id: newer.id, version: 1, description: 'Llamar.' }, anas);
    await domain.settle();
    expect(await stale()).not.toContain(old.id);
    expect((await totals()).total.stale).toBe((await stale()).length);
  });

  it('page through a team, and take no more requests for more records', async () => {
    const bens = person(domain, ben, { rules: { ...ownRules, operations } });
    for (const name of ['A', 'B', 'C']) await account(name);
    for (const name of ['D', 'E']) await account(name, {}, bens);
    const team = await domain.run<AnyRow>('createTeam', { name: 'Sierra', members: [ana, ben] });
    await domain.settle();
    const seen: unknown[] = [];
    let after: string | undefined;
    do {
      const page = await issues({ team: team.id, first: 2, ...(after !== undefined && { after }) }, boss);
      seen.push(...page.entries.map(({ record }) => record['name']));
      after = page.endCursor;
    } while (after !== undefined);
    expect(seen.sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
    await totals();
    expect(domain.meter().requests).toBeLessThanOrEqual(4);
  });
});

describe('contacts, of which there are very many', () => {
  const contact = (firstName: string, values: object = {}) =>
    domain.run<AnyRow>('createContact', { firstName, ...values }, anas);
  const full = { lastName: 'Vera', email: 'eva@a.ec', phone: '0991112223', jobTitle: 'Gerente', role: 'OWNER' };

  it('are measured by their rows, with the same queue and the same figures', async () => {
    const acme = await account('Acme');
    await contact('Eva', { ...full, account: acme.id });
    const luis = await contact('Luis', { phone: '0991112224' });
    await domain.settle();
    const queue = (input: object = {}) => issues({ of: 'Contact', ...input });
    expect((await queue()).entries).toMatchObject([
      { record: { id: luis.id }, issues: ['INCOMPLETE'], score: 36, missing: ['email', 'account', 'jobTitle', 'role'] },
    ]);
    const figures = { records: 2, score: 68, stale: 0, duplicates: 0 };
    expect(await totals({ of: 'Contact' })).toMatchObject({ owners: [{ owner: ana, ...figures }], total: figures });
    domain.clock.set('2028-01-01T15:00:00.000Z');
    const { entries, endCursor } = await queue({ issue: 'STALE', first: 1 });
    expect(entries).toMatchObject([{ record: { name: 'Eva Vera' }, issues: ['STALE'] }]);
    expect((await queue({ issue: 'STALE', after: endCursor })).entries).toMatchObject([{ record: { id: luis.id } }]);
    await dismiss({ id: luis.id, fields: ['email', 'account', 'jobTitle', 'role'] });
    expect((await totals({ of: 'Contact' }, domain.actor())).total).toMatchObject({ score: 100, stale: 1 });
  });
});

describe('who may measure whom', () => {
  it('counts each owner and the duplicates that wait, for those who may read them', async () => {
    await account('Molinos del Valle', { phone: '0991112223', ...{ email: 'm@valle.ec' } });
    await account('Molinos del Vale', { phone: '0991112223', email: 'm@valle.ec' }, person(domain, ben));
    await account('Sola', whole, person(domain, cleo));
    await domain.settle();
    const { owners, total } = await totals();
    expect(owners.map(({ owner }) => owner).sort()).toEqual([ana, ben].sort());
    expect(total).toMatchObject({ records: 2, duplicates: 1 });
    expect((await totals({}, domain.actor())).total.records).toBe(3);
    expect((await totals({}, anas)).owners.map(({ owner }) => owner)).toEqual([ana]);
    expect(await failure(issues({ owner: ben }))).toBe('FORBIDDEN');
    expect(await failure(issues({ of: 'User' }))).toBe('BAD_INPUT');
    expect((await issues({ owner: ben }, boss)).entries).toHaveLength(1);
  });

  it('dismisses only what it may change, and only of what is measured', async () => {
    const theirs = await account('Ajena', {}, person(domain, ben));
    expect(await failure(dismiss({ id: theirs.id, fields: ['taxId'] }))).toBe('NOT_FOUND');
    expect(await failure(dismiss({ id: theirs.id, fields: ['nothing'] }, boss))).toBe('UNKNOWN_FIELD');
    expect(await failure(dismiss({ id: ana }, boss))).toBe('NOT_MEASURED');
    expect(await failure(dismiss({ id: 'acc_00000000000000000000000000' }, boss))).toBe('NOT_FOUND');
    expect(await failure(dismiss({ id: 'zzz_1' }, boss))).toBe('BAD_INPUT');
  });

  it('counts alike after everything was made anew', async () => {
    const one = await account('Uno');
    await account('Dos', whole);
    await domain.run('archiveAccount', { id: one.id, version: 1 }, domain.actor());
    await domain.settle();
    expect((await totals()).total).toMatchObject({ records: 1 });
  });
});
