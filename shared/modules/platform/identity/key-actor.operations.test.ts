import { beforeEach, describe, expect, it } from '@jest/globals';
import { mayDo, scopeOf, type Actor, type AnyRow } from '#kernel';
import { withTenantTable } from '#test/support/engine';
import { openSignIn, refusal, startOfSignIn as start, type SignIn } from '#test/support/sign-in';
import { tenantIdOf } from '#test/support/tenant';
import { operatorKey } from './index.ts';

type Made = { readonly apiKey: AnyRow; readonly key: string };

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

describe('an API key', () => {
  let ana: AnyRow;
  let maker: Actor;
  beforeEach(async () => {
    ana = await invite('ana', ['administrator']);
    await invite('olga', ['owner']);
    maker = await signIn(mail('ana'));
  });
  const make = (given: object = {}, by = maker): Promise<Made> =>
    on.domain.run<Made>('createApiKey', { name: 'Shop', ...given }, by);

  it('acts for its person, with that person’s rights', async () => {
    const { key, apiKey } = await make();
    expect(key).toMatch(/^lazo_[0-9A-Z]{52}_[\w-]{43}$/);
    expect(await signIn(key)).toMatchObject({ tenant: on.tenant, kind: 'key', id: apiKey.id, userId: ana.id });
    expect(mayDo(await signIn(key), 'user.invite')).toBe(true);
  });

  it('is kept as a hash, and in no event', async () => {
    const { key, apiKey } = await make();
    const secret = key.slice(key.lastIndexOf('lazo_') + 58);
    expect(secret).toHaveLength(43);
    const { items } = await tenanted.table.query({ pk: `${on.tenant}#${apiKey.id}` });
    expect(items.map(({ sk }) => sk)).toEqual(['row', 'secret']);
    expect(JSON.stringify([items, await on.domain.settle()])).not.toContain(secret);
  });

  it('has at most the rights of its roles and permissions', async () => {
    const { key } = await make({ roles: ['seller'], permissions: ['offer.read', '*.archive', 'offer.send'] });
    const actor = await signIn(key);
    expect(['read', 'update', 'archive'].map((action) => scopeOf(actor, 'Offer', action as never))).toEqual([
      'team',
      'none',
      'own',
    ]);
    expect([mayDo(actor, 'offer.send'), mayDo(actor, 'offer.accept'), mayDo(actor, 'user.invite')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('loses what its person loses, within a minute, and ends with the person', async () => {
    const { key } = await make();
    await on.domain.run('assignRoles', { id: ana.id, roles: ['seller'] });
    later(61);
    expect(mayDo(await signIn(key), 'user.invite')).toBe(false);
    await on.domain.run('deactivateUser', { id: ana.id });
    later(61);
    expect(await refusal(signIn(key))).toBe('This person may no longer sign in.');
  });

  it('is revoked within a minute', async () => {
    const { key, apiKey } = await make();
    await signIn(key);
    await on.domain.run('revokeApiKey', { id: apiKey.id, version: 1 }, maker);
    later(61);
    expect(await refusal(signIn(key))).toBe('This API key was revoked.');
    expect(await on.stored(apiKey.id)).toMatchObject({ status: 'REVOKED', revokedAt: start });
  });

  it('expires to the second, though it is remembered', async () => {
    const { key } = await make({ validUntil: '2026-11-22T15:00:30.000Z' });
    later(29);
    expect(await refusal(signIn(key))).toBe('accepted');
    later(1);
    expect(await refusal(signIn(key))).toBe('This API key has expired.');
  });

  it('notes its last use once an hour, without an event', async () => {
    const { key, apiKey } = await make();
    await on.domain.settle();
    await signIn(key);
    later(120);
    await signIn(key);
    expect(await on.stored(apiKey.id)).toMatchObject({ version: 1, lastUsedAt: start });
    later(3600);
    await signIn(key);
    expect(await on.stored(apiKey.id)).toMatchObject({ version: 1, lastUsedAt: '2026-11-22T16:02:00.000Z' });
    expect((await on.domain.settle()).map(({ type }) => type)).toEqual(['signIn.created']);
  });

  it('tells nothing to who does not know its secret', async () => {
    const { key, apiKey } = await make({ validUntil: '2026-11-22T15:00:30.000Z' });
    await on.domain.run('revokeApiKey', { id: apiKey.id }, maker);
    later(61);
    const guesses = [
      `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`,
      key.replace(/_.{52}_/, `_${'0'.repeat(52)}_`),
      key.replace(/^lazo_./, 'lazo_Z'),
    ];
    for (const guess of guesses) expect(await refusal(signIn(guess))).toBe('This API key is not valid.');
    expect(await refusal(signIn('lazo_'))).toBe('This is not an API key.');
    expect(await refusal(signIn(`${key}x`))).toBe('This is not an API key.');
  });

  it('is never one of another tenant', async () => {
    const { key } = await make();
    const elsewhere = tenantIdOf(`9${tenanted.tenant}`).slice('ten_'.length);
    expect(await refusal(signIn(`lazo_${elsewhere}${key.slice(31)}`))).toBe('This API key is not valid.');
  });

  it('is shown once, also to who repeats the call', async () => {
    const twice = () => on.domain.run<Made>('createApiKey', { name: 'Shop' }, maker, { idempotencyKey: 'once' });
    const [first, again] = [await twice(), await twice()];
    expect(again.apiKey.id).toBe(first.apiKey.id);
    expect(again).not.toHaveProperty('key');
    expect(await refusal(signIn(first.key))).toBe('accepted');
  });

  it.each([
    ['UNKNOWN_ROLE', { roles: ['pirate'] }],
    ['UNKNOWN_PERMISSION', { permissions: ['offer.steal'] }],
    ['UNKNOWN_PERMISSION', { permissions: ['nothing.read'] }],
    ['ALREADY_OVER', { validUntil: '2026-11-22T14:59:59.000Z' }],
    ['FORBIDDEN', { roles: ['owner'] }],
    ['BAD_INPUT', { user: 'usr_00000000000000000000000000' }],
  ])('answers %s', async (code, given) => {
    await expect(make(given)).rejects.toMatchObject({ code });
  });

  it('is made by people who may, not by other keys', async () => {
    await invite('beto');
    await expect(make({}, await signIn(mail('beto')))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(make({}, await signIn((await make()).key))).rejects.toMatchObject({ code: 'KEY_NEEDS_PERSON' });
  });
});

describe('the operator', () => {
  it('has a key that follows from the deployment’s secret, and no CRM', async () => {
    const actor = await signIn(await operatorKey(on.domain.runtime));
    expect([mayDo(actor, 'tenant.createTrial'), mayDo(actor, 'offer.read'), mayDo(actor, 'user.invite')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await refusal(signIn(`${(await operatorKey(on.domain.runtime)).slice(0, -2)}AA`))).toBe(
      'This API key is not valid.',
    );
  });

  it('makes further keys that may less', async () => {
    const operator = await signIn(await operatorKey(on.domain.runtime));
    const { key, apiKey } = await on.domain.run<Made>(
      'createApiKey',
      { name: 'Sign-up page', permissions: ['tenant.createTrial'] },
      operator,
    );
    const page = await signIn(key);
    expect([page.tenant, mayDo(page, 'tenant.createTrial'), mayDo(page, 'tenant.convert')]).toEqual([
      operator.tenant,
      true,
      false,
    ]);
    await expect(
      on.domain.run('createApiKey', { name: 'More', permissions: ['tenant.convert'] }, page),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await on.domain.run('revokeApiKey', { id: apiKey.id }, operator);
    later(61);
    expect(await refusal(signIn(key))).toBe('This API key was revoked.');
  });
});
