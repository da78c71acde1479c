import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startGoverning, type Governing } from '#test/support/governing';

const tenanted = withTenantTable();
let domain: Governing['domain'];
let people: Governing['people'];
let team: Governing['team'];
let pipeline: Governing['pipeline'];
let as: Governing['as'];
let ana: Governing['ana'];
let beto: Governing['beto'];
let govern: Governing['govern'];
let setting: Governing['setting'];
let change: Governing['change'];
beforeEach(async () => {
  ({ domain, people, team, pipeline, as, ana, beto, govern, setting, change } = await startGoverning(tenanted));
});

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
