import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { failing } from '#test/support/client';
import { startOtherTenant } from '#test/support/other-tenant';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let manager: Caller;
let administrator: Caller;
let other: Caller;
beforeAll(async () => {
  selling = await startSelling();
  [seller, manager, administrator] = (await Promise.all(
    (['seller', 'manager', 'administrator'] as const).map((role) => selling.tokenOf(role)),
  )) as [Caller, Caller, Caller];
  other = await startOtherTenant(selling.cloud);
}, 60_000);
afterAll(() => selling.cloud.stop());

type Level = { readonly level: string; readonly counts: boolean };
type Setting = {
  readonly values: Record<string, unknown>;
  readonly version: string;
  readonly levels: readonly Level[];
};
const settingOf = async (kind: string, key: string, caller: Caller): Promise<Setting> =>
  (
    await selling.ask<{ setting: Setting }>(
      'query($kind: String!, $key: String!) { setting(kind: $kind, key: $key) { values version levels { level counts } } }',
      { kind, key },
      caller,
    )
  ).setting;
type Changed = { readonly id: string; readonly version: number };
const change = (input: object, caller: Caller) =>
  selling.act<Changed | null>('changeSetting', input, 'setting { id version }', caller);
const govern = (input: object) =>
  selling.act('createSettingPolicy', input, 'settingPolicy { id version }', administrator);

describe('the degree of standardisation', () => {
  it('SEC-02 a setting is fixed until it is opened; then a person’s values come before the team’s, those before the tenant’s', async () => {
    const { seller: sellerId, team } = selling.ids;
    const named = (name: string) => ({ kind: 'TENANT', key: 'mailSenderName', values: { mailSenderName: name } });
    expect(await failing(change({ ...named('Sergio'), user: sellerId }, seller))).toContain('SETTING_FIXED');
    expect(await failing(change(named('Sergio'), seller))).toContain('FORBIDDEN');
    await change(named('Comercial Andina'), administrator);
    await govern({ kind: 'TENANT', key: 'mailSenderName', openTo: 'USERS' });
    await change({ ...named('Equipo Norte'), team }, manager);
    expect((await settingOf('TENANT', 'mailSenderName', seller)).values).toEqual({ mailSenderName: 'Equipo Norte' });
    await change({ ...named('Sergio'), user: sellerId }, seller);
    const { values, levels } = await settingOf('TENANT', 'mailSenderName', seller);
    expect(values).toEqual({ mailSenderName: 'Sergio' });
    expect(levels.map(({ level }) => level)).toEqual(['TENANT', 'TEAM', 'USER']);
    expect((await settingOf('TENANT', 'mailSenderName', administrator)).values).toEqual({
      mailSenderName: 'Comercial Andina',
    });
    expect((await settingOf('TENANT', 'mailSenderName', other)).values).toEqual({});
    expect(await failing(change({ ...named('X'), user: sellerId }, other))).toContain('NOT_FOUND');
  });

  it('SEC-02 refuses bad input and a stale version; a retry with the same key does nothing twice', async () => {
    const { seller: user } = selling.ids;
    const mine = { kind: 'TENANT', key: 'mailSenderName', user };
    expect(await failing(change({ ...mine, kind: 'NONE', values: {} }, seller))).toContain('UNKNOWN_SETTING');
    expect(await failing(change({ ...mine, values: { mailSenderName: 7 } }, seller))).toContain('BAD_INPUT');
    expect(await failing(change({ ...mine, key: 'currency', values: { currency: 'EUR' } }, seller))).toContain(
      'SETTING_FIXED',
    );
    const { version } = await settingOf('TENANT', 'mailSenderName', seller);
    const once = { ...mine, values: { mailSenderName: 'Sergio P.' }, version, idempotencyKey: 'sender-1' };
    const first = await change(once, seller);
    expect(await change(once, seller)).toEqual(first);
    const late = { ...mine, values: { mailSenderName: 'Late' }, version };
    expect(await failing(change(late, seller))).toContain('STALE_VERSION');
    expect((await settingOf('TENANT', 'mailSenderName', seller)).values).toEqual({ mailSenderName: 'Sergio P.' });
  });

  it('SEC-02 stages change once who must agree has agreed; each change is a version that comes back', async () => {
    const { pipeline, manager: managerId } = selling.ids;
    const steps = [{ by: 'PERSON', user: managerId }];
    await selling.act(
      'createApprovalPolicy',
      { name: 'Ajustes', kind: 'settings', steps },
      'approvalPolicy { id version }',
      administrator,
    );
    await govern({ kind: 'PIPELINE', openTo: 'TEAMS', approval: 'settings' });
    const before = await settingOf('PIPELINE', pipeline, administrator);
    type Stage = { readonly key: string; readonly labels: object };
    const stages = (before.values['stages'] as readonly Stage[]).map((stage, index) =>
      index === 0 ? { ...stage, labels: { es: 'Búsqueda', en: 'Search' } } : stage,
    );
    const { pipeline: row } = await selling.ask<{ pipeline: { version: number } }>(
      'query($id: ID!) { pipeline(id: $id) { version } }',
      { id: pipeline },
    );
    const past = selling.act(
      'updatePipeline',
      { id: pipeline, version: row.version, stages },
      'pipeline { id version }',
      administrator,
    );
    expect(await failing(past)).toContain('APPROVAL_NEEDED');
    type Proposed = { readonly id: string; readonly status: string; readonly approval: { readonly id: string } };
    const proposal = await selling.act<Proposed>(
      'changeSetting',
      { kind: 'PIPELINE', key: pipeline, values: { stages }, reason: 'Más claro' },
      'proposal { id status approval { id } }',
      administrator,
    );
    expect(proposal.status).toBe('PENDING');
    expect((await settingOf('PIPELINE', pipeline, seller)).values).toEqual(before.values);
    await selling.act('approve', { id: proposal.approval.id }, 'approval { id version }', manager);
    await selling.cloud.idle();
    expect((await settingOf('PIPELINE', pipeline, seller)).values).toEqual({ stages });
    type Versions = {
      settingVersions: { versions: { at: string; user: { id: string } | null; proposal: { id: string } | null }[] };
    };
    const { settingVersions } = await selling.ask<Versions>(
      'query($key: String!) { settingVersions(kind: "PIPELINE", key: $key) { versions { at from to user { id } proposal { id } } } }',
      { key: pipeline },
      administrator,
    );
    expect(settingVersions.versions[0]).toMatchObject({
      proposal: { id: proposal.id },
      from: before.values,
      to: { stages },
    });
    const at = settingVersions.versions[1]?.at;
    const restored = await selling.act<Proposed>(
      'restoreSetting',
      { kind: 'PIPELINE', key: pipeline, at },
      'proposal { id status approval { id } }',
      administrator,
    );
    await selling.act('approve', { id: restored.approval.id }, 'approval { id version }', manager);
    await selling.cloud.idle();
    expect((await settingOf('PIPELINE', pipeline, seller)).values).toEqual(before.values);
  });

  it('SEC-02 lists and templates of a team count where they are used, and the report says who deviates', async () => {
    const { team, seller: user } = selling.ids;
    await govern({ kind: 'LIST', key: 'SOURCE', openTo: 'TEAMS' });
    await govern({ kind: 'MAIL_TEMPLATE', openTo: 'USERS' });
    type Offered = readonly { readonly key: string }[];
    const all = (await settingOf('LIST', 'SOURCE', seller)).values['entries'] as Offered;
    const [only, left] = all.map(({ key }) => key);
    await change({ kind: 'LIST', key: 'SOURCE', team, values: { entries: [only] } }, manager);
    const enter = (source: string | undefined) =>
      selling.act('createAccount', { name: `De ${source ?? ''}`, source }, 'account { id version }', seller);
    expect(await failing(enter(left))).toContain('NOT_IN_LIST');
    expect(await enter(only)).toBeDefined();
    const words = { es: { subject: 'Hola', body: 'Con mis palabras, {{ data.name }}' } };
    const { settingKinds } = await selling.ask<{ settingKinds: { kinds: { keys: { key: string }[] }[] } }>(
      '{ settingKinds(kind: "MAIL_TEMPLATE") { kinds { keys { key mayBeOwn } } } }',
    );
    const template = settingKinds.kinds[0]?.keys[0]?.key ?? '';
    await change({ kind: 'MAIL_TEMPLATE', key: template, user, values: words }, seller);
    expect((await settingOf('MAIL_TEMPLATE', template, seller)).values).toMatchObject(words);
    const report =
      '{ settingDeviations { isComplete deviations { kind key user { id } team { id } counts differences { field own standard } } } }';
    type Report = { settingDeviations: { deviations: { kind: string }[] } };
    expect(await failing(selling.ask(report, {}, seller))).toContain('FORBIDDEN');
    await selling.cloud.idle();
    const { settingDeviations } = await selling.ask<Report>(report, {}, administrator);
    expect(settingDeviations.deviations.map(({ kind }) => kind).sort()).toEqual([
      'LIST',
      'MAIL_TEMPLATE',
      'TENANT',
      'TENANT',
    ]);
    expect((await selling.ask<Report>(report, {}, other)).settingDeviations.deviations).toEqual([]);
  });
});

describe('who may what', () => {
  it('SEC-01 a change of a role is rehearsed: who would gain and lose what', async () => {
    const role = await selling.act(
      'copyRole',
      { from: 'seller', key: 'north-seller', name: 'North' },
      'role { id version }',
      administrator,
    );
    await selling.act(
      'assignRoles',
      { id: selling.ids.seller, roles: ['north-seller'] },
      'user { id version }',
      administrator,
    );
    await selling.cloud.idle();
    const preview = `query($id: ID!) { previewRoleChange(id: $id, entities: [{ entity: "Account", create: own, read: all }], hiddenFields: ["Account.creditLimit"]) { unaffected people { user { id } gains loses } differences { permission says people isGain } } }`;
    type Preview = { previewRoleChange: { people: { user: { id: string }; gains: string[]; loses: string[] }[] } };
    const { previewRoleChange } = await selling.ask<Preview>(preview, { id: role.id }, administrator);
    const [person] = previewRoleChange.people;
    expect(person?.user.id).toBe(selling.ids.seller);
    expect(person?.gains).toContain('account.read (team -> all)');
    expect(person?.loses).toEqual(
      expect.arrayContaining(['account.update (own -> none)', 'Account.creditLimit (open -> hidden)']),
    );
    expect(await failing(selling.ask(preview, { id: role.id }, seller))).toContain('FORBIDDEN');
    expect(await failing(selling.ask(preview, { id: role.id }, other))).toContain('NOT_FOUND');
    await selling.act(
      'assignRoles',
      { id: selling.ids.seller, roles: ['seller'] },
      'user { id version }',
      administrator,
    );
  });

  it('SEC-01 sign-ins, exports, roles and settings are in one log for administrators; people see their own sign-ins', async () => {
    await selling.act('startExport', { recordType: 'Account' }, 'export { id version }', administrator);
    await selling.cloud.idle();
    type Log = { auditLog: { entries: { kind: string; type: string; user: { id: string } | null }[] } };
    const log = async (input: string, caller: Caller) =>
      (
        await selling.ask<Log>(
          `{ auditLog(${input}) { entries { kind type at user { id } record { id } } hasNextPage } }`,
          {},
          caller,
        )
      ).auditLog.entries;
    const kinds = new Set((await log('first: 100', administrator)).map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['EXPORTS', 'PEOPLE', 'ROLES', 'SETTINGS', 'SIGN_INS']));
    const sellers = await log(`user: "${selling.ids.seller}", kinds: [SIGN_INS]`, administrator);
    expect(sellers.map(({ type }) => type)).toContain('signIn.created');
    expect(await failing(log('first: 1', seller))).toContain('FORBIDDEN');
    const signIns = '{ signIns(first: 50) { nodes { via user { id } } } }';
    type SignIns = { signIns: { nodes: { user: { id: string } }[] } };
    const seen = async (caller: Caller) =>
      new Set((await selling.ask<SignIns>(signIns, {}, caller)).signIns.nodes.map(({ user }) => user.id));
    expect([...(await seen(seller))]).toEqual([selling.ids.seller]);
    expect((await seen(administrator)).size).toBeGreaterThan(2);
    expect(await seen(other)).not.toContain(selling.ids.seller);
  });

  it('ENT-16 who leaves hands over everything, and one undo gives it back with what was changed since', async () => {
    const { seller: from, manager: to, account } = selling.ids;
    const started = await selling.act<{ id: string; correlationId: string }>(
      'handOverWork',
      { from, to, closedToo: true },
      'job { id correlationId }',
      administrator,
    );
    await selling.cloud.idle();
    const read = async () =>
      (
        await selling.ask<{ account: { version: number; owner: { id: string }; name: string } }>(
          'query($id: ID!) { account(id: $id) { version owner { id } name } }',
          { id: account },
          administrator,
        )
      ).account;
    const { version, owner } = await read();
    expect(owner.id).toBe(to);
    expect(
      await failing(selling.act('undo', { correlationId: started.correlationId }, 'job { id version }', other)),
    ).toContain('NOTHING_TO_UNDO');
    const edited = { id: account, version, name: 'Muebles de Quito' };
    await selling.act('updateAccount', edited, 'account { id version }', manager);
    await selling.cloud.idle();
    await selling.act('undo', { correlationId: started.correlationId }, 'job { id version }', administrator);
    await selling.cloud.idle();
    expect(await read()).toMatchObject({ owner: { id: from }, name: 'Muebles de Quito' });
  });
});
