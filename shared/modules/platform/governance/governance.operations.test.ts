import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { forget } from '#kernel/remember';
import { modules } from '#modules';
import { builtInRoles, rulesOfKeys } from '#modules/platform/roles';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';

const tenanted = withTenantTable();
let domain: Domain;
let people: { readonly [name in 'ana' | 'beto' | 'boss']: AnyRow };
let team: AnyRow;
let pipeline: AnyRow;
beforeEach(async () => {
  const stored = tenantModules.filter(({ name }) => name === 'platform/tenant-for-tests');
  domain = startDomain({
    modules: [...modules, ...stored],
    table: tenanted.table,
    tenant: tenantIdOf(tenanted.tenant),
  });
  await storeTenantOf(domain);
  people = {
    ana: await invite('Ana', 'seller'),
    beto: await invite('Beto', 'seller'),
    boss: await invite('Boss', 'administrator'),
  };
  team = await domain.run<AnyRow>('createTeam', { name: 'North', manager: people.boss.id, members: [people.ana.id] });
  pipeline = await domain.run<AnyRow>('createPipeline', { name: 'Sales', stages });
});

const stage = (key: string, kind: string) => ({ key, kind, probability: '10', labels: { es: key, en: key } });
const stages = [stage('NEW', 'OPEN'), stage('OFFER', 'OPEN'), stage('WON', 'WON'), stage('LOST', 'LOST')];
const invite = (name: string, ...roles: string[]): Promise<AnyRow> =>
  domain.run<AnyRow>('inviteUser', { name, email: `${name.toLowerCase()}@acme.test`, roles });
const as = (person: AnyRow, key: string): Actor => {
  const teams = person.id === people.beto.id ? [] : [team.id];
  return domain.actor({
    id: person.id,
    userId: person.id,
    rules: rulesOfKeys(builtInRoles(domain.registry), [key]),
    teams,
  });
};
const ana = () => as(people.ana, 'seller');
const beto = () => as(people.beto, 'seller');
const govern = async (kind: string, more: object) => {
  const policy = await domain.run<AnyRow>('createSettingPolicy', { kind, ...more });
  forget(domain.runtime, `setting policies ${tenantIdOf(tenanted.tenant)}`);
  return policy;
};
type Setting = { readonly values: Record<string, unknown>; readonly version: string; readonly levels: object[] };
const setting = (kind: string, key: string, actor?: Actor, more: object = {}) =>
  domain.run<Setting>('setting', { kind, key, ...more }, actor);
const change = (input: object, actor?: Actor) =>
  domain.run<{ setting?: AnyRow; proposal?: AnyRow }>('changeSetting', input as Record<string, unknown>, actor);

describe('a setting', () => {
  it('is fixed by the tenant where no policy says otherwise', async () => {
    const own = { kind: 'TENANT', key: 'mailSenderName', values: { mailSenderName: 'Ana' } };
    expect(await failure(change({ ...own, user: people.ana.id }, ana()))).toBe('SETTING_FIXED');
    expect(await failure(change(own, ana()))).toBe('FORBIDDEN');
    await change(own);
    expect((await setting('TENANT', 'mailSenderName', ana())).values).toEqual({ mailSenderName: 'Ana' });
  });

  it('that is open to teams and users is what the person says, else the team, else the tenant', async () => {
    await govern('TENANT', { key: 'mailSenderName', openTo: 'USERS' });
    const own = (name: string, holder: object) => ({
      kind: 'TENANT',
      key: 'mailSenderName',
      values: { mailSenderName: name },
      ...holder,
    });
    await change(own('Acme', {}));
    await change(own('North', { team: team.id }), as(people.boss, 'seller'));
    expect((await setting('TENANT', 'mailSenderName', ana())).values).toEqual({ mailSenderName: 'North' });
    expect((await setting('TENANT', 'mailSenderName', beto())).values).toEqual({ mailSenderName: 'Acme' });
    await change(own('Ana of North', { user: people.ana.id }), ana());
    const { values, levels } = await setting('TENANT', 'mailSenderName', ana());
    expect(values).toEqual({ mailSenderName: 'Ana of North' });
    expect(levels).toMatchObject([{ level: 'TENANT' }, { level: 'TEAM' }, { level: 'USER', counts: true }]);
    expect(await failure(change(own('X', { user: people.ana.id }), beto()))).toBe('FORBIDDEN');
    expect(await failure(change(own('X', { team: team.id }), ana()))).toBe('FORBIDDEN');
    await change({ kind: 'TENANT', key: 'mailSenderName', user: people.ana.id }, ana());
    expect((await setting('TENANT', 'mailSenderName', ana())).values).toEqual({ mailSenderName: 'North' });
    await change(own('Ana again', { user: people.ana.id }), ana());
    expect((await setting('TENANT', 'mailSenderName', ana())).values).toEqual({ mailSenderName: 'Ana again' });
  });

  it('refuses what does not exist, does not fit, or was changed meanwhile', async () => {
    await govern('TENANT', { openTo: 'USERS' });
    const mine = { kind: 'TENANT', key: 'mailSenderName', user: people.ana.id };
    expect(await failure(change({ ...mine, kind: 'COLOUR' }, ana()))).toBe('UNKNOWN_SETTING');
    expect(await failure(change({ ...mine, key: 'shoeSize' }, ana()))).toBe('UNKNOWN_SETTING');
    expect(await failure(change({ ...mine, values: { mailSenderName: 7 } }, ana()))).toBe('BAD_INPUT');
    expect(await failure(change({ ...mine, values: { legalName: 'X' } }, ana()))).toBe('BAD_INPUT');
    expect(await failure(change({ ...mine, key: 'currency', values: { currency: 'EUR' } }, ana()))).toBe(
      'SETTING_FIXED',
    );
    expect(await failure(change({ ...mine, values: { mailSenderName: 'A' }, version: 'old' }, ana()))).toBe(
      'STALE_VERSION',
    );
    const { version } = await setting('TENANT', 'mailSenderName', ana());
    await change({ ...mine, values: { mailSenderName: 'A' }, version }, ana());
    expect(await failure(change({ ...mine, values: { mailSenderName: 'B' }, version }, ana()))).toBe('STALE_VERSION');
  });

  it('of a kind that is the same for everybody is not opened', async () => {
    expect(await failure(govern('TENANT', { key: 'currency', openTo: 'USERS' }))).toBe('NOT_OPENABLE');
    expect(await failure(govern('TENANT', { key: 'colours', approval: 'nobody' }))).toBe('NO_APPROVAL_POLICY');
    expect(await failure(govern('PIPELINE', { key: 'pip_none' }))).toBe('UNKNOWN_SETTING');
    await govern('LIST', { openTo: 'TEAMS' });
    expect(await failure(govern('LIST', { openTo: 'USERS' }))).toBe('NOT_UNIQUE');
  });
});

describe('own values count where they are used', () => {
  it('stages of a pipeline: what a team asks for besides', async () => {
    await govern('PIPELINE', { openTo: 'TEAMS' });
    const more = { stages: [{ key: 'OFFER', requiredFields: ['expectedCloseDate'] }] };
    await change({ kind: 'PIPELINE', key: pipeline.id, team: team.id, values: more });
    expect(
      await failure(
        change({ kind: 'PIPELINE', key: pipeline.id, team: team.id, values: { stages: [{ key: 'NONE' }] } }),
      ),
    ).toBe('BAD_INPUT');
    const account = await domain.run<AnyRow>('createAccount', { name: 'Acme' });
    const open = (owner: AnyRow, actor: Actor) =>
      domain.run<AnyRow>(
        'createOpportunity',
        { name: 'Deal', account: account.id, pipeline: pipeline.id, stage: 'OFFER', owner: owner.id },
        { ...actor, rules: domain.actor().rules },
      );
    expect(await failure(open(people.ana, ana()))).toBe('REQUIRED_FOR_STAGE');
    expect(await open(people.beto, beto())).toMatchObject({ stage: 'OFFER' });
  });

  it('lists: the entries that a team works with', async () => {
    for (const key of ['retail', 'mining'])
      await domain.run('createListEntry', { list: 'SECTOR', key, labels: { es: key, en: key } });
    await govern('LIST', { key: 'SECTOR', openTo: 'TEAMS' });
    await change({ kind: 'LIST', key: 'SECTOR', team: team.id, values: { entries: ['retail'] } });
    const enter = (sector: string, actor: Actor) =>
      domain.run<AnyRow>('createAccount', { name: 'Acme', sector }, actor);
    expect(await failure(enter('mining', ana()))).toBe('NOT_IN_LIST');
    expect(await enter('Retail', ana())).toMatchObject({ sector: 'retail' });
    expect(await enter('mining', beto())).toMatchObject({ sector: 'mining' });
  });

  it('templates: a person’s own words', async () => {
    const wording = (body: string) => ({ es: { subject: 'Hola', body } });
    await domain.run('createMailTemplate', { key: 'welcome', name: 'Welcome', ...wording('Estándar') });
    await govern('MAIL_TEMPLATE', { key: 'welcome', openTo: 'USERS' });
    const mine = { kind: 'MAIL_TEMPLATE', key: 'welcome', user: people.ana.id };
    expect(await failure(change({ ...mine, values: wording('{{ broken') }, ana()))).toBe('TEMPLATE_INVALID');
    await change({ ...mine, values: wording('De Ana') }, ana());
    const preview = (actor: Actor) =>
      domain.run<{ text: string }>('previewMail', { template: 'welcome' }, { ...actor, rules: domain.actor().rules });
    expect((await preview(ana())).text).toContain('De Ana');
    expect((await preview(beto())).text).toContain('Estándar');
  });
});

it('definitions of own fields: where a team has them in its forms, and one standard for what records hold', async () => {
  const defined = { recordType: 'Account', key: 'score', kind: 'TEXT', labels: { es: 'Puntaje', en: 'Score' } };
  await domain.run('createCustomField', defined);
  await govern('CUSTOM_FIELD', { openTo: 'TEAMS' });
  const field = { kind: 'CUSTOM_FIELD', key: 'Account.score' };
  await change({ ...field, team: team.id, values: { section: 'Riesgo', labels: { es: 'Riesgo', en: 'Risk' } } });
  expect(await failure(change({ ...field, team: team.id, values: { required: true } }))).toBe('BAD_INPUT');
  expect((await setting(field.kind, field.key, ana())).values).toMatchObject({ section: 'Riesgo', kind: 'TEXT' });
  const standard = (await setting(field.kind, field.key, beto())).values;
  expect(standard).toMatchObject({ labels: { en: 'Score' } });
  await change({ ...field, values: { ...standard, note: 'Why.', order: 3 } });
  expect((await setting(field.kind, field.key, beto())).values).toMatchObject({ note: 'Why.', order: 3 });
  expect(await failure(change({ ...field, values: { ...standard, kind: 'DATE' } }))).toBe('KIND_WOULD_BREAK');
});

describe('changes', () => {
  it('are versions: who, when, from, to; and an earlier one comes back, also what was changed past this door', async () => {
    const renamed = stages.map((each) =>
      each.key === 'NEW' ? { ...each, labels: { es: 'Nuevo', en: 'Fresh' } } : each,
    );
    domain.clock.advance(1000);
    await domain.run('updatePipeline', { id: pipeline.id, version: 1, stages: renamed });
    domain.clock.advance(1000);
    await domain.settle();
    const named = { kind: 'PIPELINE', key: pipeline.id };
    type Versions = { versions: { at: string; from?: object; to?: { stages: { labels: object }[] } }[] };
    const { versions } = await domain.run<Versions>('settingVersions', named);
    expect(versions.map(({ to }) => to?.stages[0]?.labels)).toEqual([
      { es: 'Nuevo', en: 'Fresh' },
      { es: 'NEW', en: 'NEW' },
    ]);
    expect(versions[0]?.from).toEqual(versions[1]?.to);
    await domain.run('restoreSetting', { ...named, at: versions[1]?.at });
    expect((await setting('PIPELINE', pipeline.id)).values).toEqual(versions[1]?.to);
    expect(await failure(domain.run('restoreSetting', { ...named, at: '2020-01-01T00:00:00Z' }))).toBe(
      'NO_SUCH_VERSION',
    );
  });

  it('of a list are versions of all its entries, and its whole content comes back', async () => {
    const write = (...keys: string[]) => {
      domain.clock.advance(1000);
      const entries = keys.map((key) => ({ key, labels: { es: key, en: key } }));
      return change({ kind: 'LIST', key: 'SOURCE', values: { closed: true, entries } });
    };
    await write('fair', 'web');
    await domain.settle();
    const before = await setting('LIST', 'SOURCE');
    const then = domain.clock.now().toISOString();
    await write('web', 'radio');
    await domain.settle();
    expect((await setting('LIST', 'SOURCE')).values).toMatchObject({ entries: [{ key: 'web' }, { key: 'radio' }] });
    domain.clock.advance(1000);
    await domain.run('restoreSetting', { kind: 'LIST', key: 'SOURCE', at: then });
    await domain.settle();
    expect(await setting('LIST', 'SOURCE')).toMatchObject({ values: before.values, version: before.version });
  });

  it('count once who must agree has agreed, and are refused past them', async () => {
    const steps = [{ by: 'PERSON', user: people.boss.id }];
    await domain.run('createApprovalPolicy', { name: 'Settings', kind: 'settings', steps });
    await govern('PIPELINE', { openTo: 'USERS', approval: 'settings' });
    expect(await failure(domain.run('updatePipeline', { id: pipeline.id, version: 1, stages }))).toBe(
      'APPROVAL_NEEDED',
    );
    const values = { stages: [{ key: 'NEW', labels: { es: 'Inicio', en: 'Start' } }] };
    const mine = { kind: 'PIPELINE', key: pipeline.id, user: people.ana.id, values, reason: 'Clearer.' };
    const { proposal } = await change(mine, ana());
    expect(await failure(change(mine, ana()))).toBe('NOT_UNIQUE');
    await domain.settle();
    expect((await setting('PIPELINE', pipeline.id, ana())).values).toMatchObject({
      stages: [{ labels: { en: 'NEW' } }, {}, {}, {}],
    });
    await domain.run('approve', { id: proposal?.['approval'] }, as(people.boss, 'administrator'));
    await domain.settle();
    expect((await setting('PIPELINE', pipeline.id, ana())).values).toMatchObject({
      stages: [{ labels: { en: 'Start' } }, {}, {}, {}],
    });
    type Versions = { versions: { user?: AnyRow; proposal?: AnyRow }[] };
    const { versions } = await domain.run<Versions>('settingVersions', {
      kind: 'PIPELINE',
      key: pipeline.id,
      user: people.ana.id,
    });
    expect(versions).toMatchObject([
      { user: { id: people.ana.id }, proposal: { id: proposal?.id, status: 'APPLIED' } },
    ]);
  });

  it('that were refused, or made on other values, are not applied', async () => {
    const steps = [{ by: 'PERSON', user: people.boss.id }];
    await domain.run('createApprovalPolicy', { name: 'Settings', kind: 'settings', steps });
    await govern('TENANT', { key: 'legalName', approval: 'settings' });
    const boss = as(people.boss, 'administrator');
    const propose = (legalName: string) => change({ kind: 'TENANT', key: 'legalName', values: { legalName } });
    const first = (await propose('Acme S.A.')).proposal;
    await domain.settle();
    await domain.run('reject', { id: first?.['approval'], comment: 'No.' }, boss);
    await domain.settle();
    expect(await domain.reader().records([first?.id ?? ''])).toEqual(
      new Map([[first?.id, expect.objectContaining({ status: 'REJECTED' })]]),
    );
    const second = (await propose('Acme C.A.')).proposal;
    const other = domain.registry.operations.get('updateTenant');
    expect(other?.fails).toContain('APPROVAL_NEEDED');
    expect((await setting('TENANT', 'legalName')).values).toEqual({});
    await domain.settle();
    await domain.run('approve', { id: second?.['approval'] }, boss);
    await domain.settle();
    expect((await setting('TENANT', 'legalName')).values).toEqual({ legalName: 'Acme C.A.' });
  });
});

it('the report says who deviates, where and how, and whether it still counts', async () => {
  const policy = await govern('TENANT', { key: 'mailSenderName', openTo: 'USERS' });
  const own = { kind: 'TENANT', key: 'mailSenderName', user: people.ana.id, values: { mailSenderName: 'Ana' } };
  await change({ ...own, user: undefined, values: { mailSenderName: 'Acme' } });
  await change(own, ana());
  type Report = { deviations: Record<string, unknown>[]; isComplete: boolean };
  const report = () => domain.run<Report>('settingDeviations', {});
  const difference = { field: 'mailSenderName', standard: 'Acme', own: 'Ana' };
  expect(await report()).toMatchObject({
    isComplete: true,
    deviations: [{ user: { id: people.ana.id }, differences: [difference], counts: true }],
  });
  await domain.run('updateSettingPolicy', { id: policy.id, version: 1, openTo: 'FIXED' });
  expect((await report()).deviations).toMatchObject([{ counts: false }]);
  expect((await setting('TENANT', 'mailSenderName', ana())).values).toEqual({ mailSenderName: 'Acme' });
  await change({ ...own, user: undefined, values: { mailSenderName: 'Ana' } });
  expect((await report()).deviations).toEqual([]);
  expect(await failure(domain.run('settingDeviations', {}, ana()))).toBe('FORBIDDEN');
});
