import { beforeEach, describe, expect, it } from '@jest/globals';
import { mayDo, scopeOf, type Actor, type AnyRow } from '#kernel';
import { rowKey } from '#kernel/rows';
import { startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openSignIn, refusal, signInModules, startOfSignIn as start, type SignIn } from '#test/support/sign-in';
import { actorFor, authenticate } from './index.ts';
import { SignIn as SignIns } from './sign-in.entity.ts';

const tenanted = withTenantTable();
let on: SignIn;
beforeEach(async () => {
  on = await openSignIn(tenanted);
});
const invite = (name: string, roles?: readonly string[]): Promise<AnyRow> => on.invite(name, roles);
const signIn = (token: string, headers?: Readonly<Record<string, string>>): Promise<Actor> => on.signIn(token, headers);
const mail = (name: string): string => on.mail(name);
const later = (seconds: number): void => {
  on.later(seconds);
};

describe('a request', () => {
  it('that names nobody is nobody’s', async () => {
    expect(await authenticate(on.domain.runtime, {})).toBeUndefined();
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b', 'lazo_x'])(
    'with `%s` is refused',
    async (authorization) => {
      expect(await refusal(authenticate(on.domain.runtime, { authorization }))).toMatch(/^Send `Authorization: Bearer/);
    },
  );
});

describe('a person with a token', () => {
  it('is a user of the tenant that let the person in, with roles, customs and teams', async () => {
    const [ana, beto] = [await invite('ana'), await invite('beto')];
    const team = await on.domain.run<AnyRow>('createTeam', { name: 'North', members: [ana.id], manager: beto.id });
    await on.domain.run('updateUser', { id: ana.id, version: 2, locale: 'en', timeZone: 'Europe/Madrid' });
    const actor = await signIn(mail('ana'));
    expect(actor).toMatchObject({
      tenant: on.tenant,
      kind: 'user',
      id: ana.id,
      userId: ana.id,
      locale: 'en',
      timeZone: 'Europe/Madrid',
      country: 'EC',
      currency: 'USD',
      teams: [team.id],
    });
    expect([...actor.teamMembers].sort()).toEqual([ana.id, beto.id].sort());
    expect([scopeOf(actor, 'Offer', 'update'), scopeOf(actor, 'User', 'update'), mayDo(actor, 'user.invite')]).toEqual([
      'own',
      'none',
      false,
    ]);
    expect(actor).not.toHaveProperty('readOnlyTenant');
  });

  it('arrives once, and is seen once an hour, without an event', async () => {
    const ana = await invite('ana');
    await on.domain.settle();
    await signIn(mail('ana'));
    expect(await on.stored(ana.id)).toMatchObject({ status: 'ACTIVE', version: 2, lastSeenAt: start });
    expect((await on.domain.settle()).map(({ type }) => type).sort()).toEqual(['signIn.created', 'user.activated']);
    later(1800);
    await signIn(mail('ana'));
    expect(await on.stored(ana.id)).toMatchObject({ version: 2, lastSeenAt: start });
    later(1801);
    await signIn(mail('ana'));
    expect(await on.stored(ana.id)).toMatchObject({ version: 2, lastSeenAt: '2026-11-22T16:00:01.000Z' });
    expect(await on.domain.settle()).toEqual([]);
  });

  it('whom nobody let in is refused, and comes in as soon as somebody does', async () => {
    expect(await refusal(signIn(mail('ana')))).toBe('You are signed in, but belong to no tenant.');
    await invite('ana');
    expect(await refusal(signIn(mail('ana')))).toBe('accepted');
  });

  it('who is deactivated is out within a minute, and in again after coming back', async () => {
    const ana = await invite('ana');
    await signIn(mail('ana'));
    await on.domain.run('deactivateUser', { id: ana.id });
    await on.domain.settle();
    later(61);
    expect(await refusal(signIn(mail('ana')))).toBe('You are signed in, but belong to no tenant.');
    await on.domain.run('reactivateUser', { id: ana.id });
    await on.domain.settle();
    expect(await refusal(signIn(mail('ana')))).toBe('accepted');
  });

  it('is refused even where the directory does not know yet', async () => {
    const ana = await invite('ana');
    await on.domain.run('deactivateUser', { id: ana.id });
    expect(await refusal(signIn(mail('ana')))).toBe('This person may no longer sign in.');
  });

  it('gets new roles within a minute, and not by asking more often', async () => {
    const ana = await invite('ana');
    await invite('olga', ['owner']);
    expect(mayDo(await signIn(mail('ana')), 'user.invite')).toBe(false);
    await on.domain.run('assignRoles', { id: ana.id, roles: ['administrator'] });
    later(30);
    expect(mayDo(await signIn(mail('ana')), 'user.invite')).toBe(false);
    later(31);
    expect(mayDo(await signIn(mail('ana')), 'user.invite')).toBe(true);
  });

  it('is read once a minute', async () => {
    await invite('ana');
    let reads = 0;
    const { table } = tenanted;
    const counted = {
      ...table,
      query: counting(table.query),
      get: counting(table.get),
      batchGet: counting(table.batchGet),
    };
    function counting<Given extends unknown[], Answer>(read: (...given: Given) => Answer) {
      return (...given: Given): Answer => {
        reads += 1;
        return read(...given);
      };
    }
    const other = startDomain({ modules: signInModules, table: counted, tenant: on.tenant, now: start });
    const ask = () => authenticate(other.runtime, { authorization: `Bearer ${mail('ana')}` });
    await ask();
    const first = reads;
    other.clock.advance(59_000);
    await Promise.all([ask(), ask(), ask()]);
    expect(reads).toBe(first);
    other.clock.advance(1000);
    await ask();
    expect(reads).toBeGreaterThan(first);
  });
});

describe('a person of several tenants', () => {
  let elsewhere: string;
  beforeEach(async () => {
    const other = await openSignIn(tenanted, '9');
    elsewhere = other.tenant;
    await invite('ana');
    await other.invite('ana', ['manager']);
  });

  it('names one in a header', async () => {
    expect(await refusal(signIn(mail('ana')))).toBe(
      `You belong to several tenants; name one in the header x-lazo-tenant: ${on.tenant}, ${elsewhere}.`,
    );
    expect(await signIn(mail('ana'), { 'x-lazo-tenant': on.tenant })).toMatchObject({ tenant: on.tenant });
    expect(await signIn(mail('ana'), { 'x-lazo-tenant': elsewhere })).toMatchObject({ tenant: elsewhere });
  });

  it('cannot name one that is not the person’s, whether it exists or not', async () => {
    await invite('beto');
    const refused = 'You do not belong to the tenant that x-lazo-tenant names.';
    for (const named of [elsewhere, 'ten_00000000000000000000000000', '', 'system']) {
      expect(await refusal(signIn(mail('beto'), { 'x-lazo-tenant': named }))).toBe(refused);
    }
  });
});

describe('a tenant', () => {
  const setTenant = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    const item = await on.stored(on.tenant);
    await tenanted.table.write({ kind: 'put', item: { ...item, ...rowKey(on.tenant, on.tenant), ...values } });
    later(61);
  };

  it('that is suspended lets nobody in, by token or by key', async () => {
    const ana = await invite('ana', ['administrator']);
    const { key } = await on.domain.run<{ readonly key: string }>(
      'createApiKey',
      { name: 'Shop' },
      on.domain.actor({ userId: ana.id }),
    );
    await setTenant({ status: 'SUSPENDED' });
    expect([await refusal(signIn(mail('ana'))), await refusal(signIn(key))]).toEqual([
      'This tenant is suspended.',
      'This tenant is suspended.',
    ]);
  });

  it('whose trial has ended reads and does not write: by time, at once; by use; by state', async () => {
    await invite('ana', ['administrator']);
    await setTenant({
      status: 'TRIAL',
      trialEndsAt: '2026-11-22T15:02:00.000Z',
      limits: { users: 5, apiKeys: 3, changes: 1000 },
    });
    expect(await signIn(mail('ana'))).not.toHaveProperty('readOnlyTenant');
    later(59);
    expect(await signIn(mail('ana'))).toMatchObject({ readOnlyTenant: true });
    await setTenant({ status: 'ENDED' });
    expect(await signIn(mail('ana'))).toMatchObject({ readOnlyTenant: true });
    await setTenant({ status: 'TRIAL', trialEndsAt: '2027-01-01T00:00:00.000Z' });
    expect(await signIn(mail('ana'))).not.toHaveProperty('readOnlyTenant');
    await on.domain.settle();
    await setTenant({ limits: { users: 5, apiKeys: 3, changes: 2 } });
    expect(await signIn(mail('ana'))).toMatchObject({ readOnlyTenant: true });
  });

  it('lends its customs to the product at work in it', async () => {
    await setTenant({ locale: 'en', timeZone: 'Europe/Madrid', currency: 'EUR', country: 'ES' });
    expect(await actorFor(on.domain.runtime, on.tenant, 'timer:Offer')).toMatchObject({
      kind: 'system',
      id: 'system:timer:Offer',
      locale: 'en',
      timeZone: 'Europe/Madrid',
      currency: 'EUR',
      country: 'ES',
    });
    expect(await actorFor(on.domain.runtime, 'nobody', 'test')).toMatchObject({ tenant: 'nobody', kind: 'system' });
  });
});

describe('a sign-in', () => {
  const signIns = async () => (await on.domain.reader().trusted(SignIns).page('all', { first: 100 })).rows;

  it('is noted once a day and person, once a day and key, with the program that called', async () => {
    const ana = await invite('ana');
    await signIn(mail('ana'), { 'user-agent': 'Phone 1.0' });
    later(120);
    await signIn(mail('ana'), { 'user-agent': 'Phone 1.0' });
    expect(await signIns()).toMatchObject([{ user: ana.id, via: 'TOKEN', client: 'Phone 1.0', createdBy: ana.id }]);
    later(86_400);
    await signIn(mail('ana'));
    expect(await signIns()).toHaveLength(2);
  });

  it('that is refused is counted, and nothing is written', async () => {
    const counted: string[] = [];
    const { runtime } = on.domain;
    const log = { ...runtime.log, count: (metric: string) => counted.push(metric) };
    await refusal(authenticate({ ...runtime, log }, { authorization: `Bearer ${mail('nobody')}` }));
    expect(counted).toEqual(['SignInsRefused']);
    expect(await signIns()).toEqual([]);
  });
});
