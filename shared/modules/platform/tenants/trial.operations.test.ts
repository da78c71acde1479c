import { beforeEach, describe, expect, it } from '@jest/globals';
import { module, type Actor, type AnyRow, type DomainEvent } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer } from '#test/support/example';
import { refusal, signInModules } from '#test/support/sign-in';
import { authenticate, operatorKey } from '#modules/platform/identity';
import { sampleData, seedDemo, tenantDefaults, type SampleData, type TenantDefaults } from './index.ts';

const tenanted = withTenantTable();
const mail = (name: string): string => `${name}@${tenanted.tenant}.test`;

const samples: readonly SampleData[] = [
  {
    name: 'customers',
    run: ({ data }) => {
      for (const name of ['Sample One', 'Sample Two']) data(Customer).create({ name });
      return Promise.resolve();
    },
  },
];
const defaults: readonly TenantDefaults[] = [
  {
    name: 'house',
    run: ({ trusted }) => {
      trusted(Customer).create({ name: 'The house itself' });
      return Promise.resolve();
    },
  },
];

let domain: Domain;
let operator: Actor;
beforeEach(async () => {
  domain = startDomain({
    modules: [
      ...signInModules,
      module('sales/samples', { contributes: { [sampleData]: samples, [tenantDefaults]: defaults } }),
    ],
    table: tenanted.table,
    tenant: 'nobody',
    now: '2026-11-22T15:00:00.000Z',
  });
  operator = await signIn(await operatorKey(domain.runtime));
});

const signIn = async (token: string): Promise<Actor> => {
  const actor = await authenticate(domain.runtime, { authorization: `Bearer ${token}` });
  if (!actor) throw new Error('Nobody.');
  return actor;
};
type Trial = { readonly tenant: string; readonly owner: string; readonly trialEndsAt: string };
const begin = (given: object = {}, as = operator): Promise<Trial> =>
  domain.run<Trial>(
    'createTrialTenant',
    { name: 'Acme', ownerName: 'Olga', ownerEmail: mail('olga'), country: 'CO', ...given },
    as,
  );
const owner = (): Promise<Actor> => signIn(mail('olga'));
const customers = async (as: Actor): Promise<readonly string[]> =>
  (await domain.reader(as).data(Customer).page('all', { first: 10 })).rows.map(({ name }) => name);
const tenantOf = (as: Actor) => domain.reader(as).data(Tenant).get(as.tenant);

describe('a trial', () => {
  it('is made by one call: tenant, invited owner, customs of the country, defaults, samples, limits, an end', async () => {
    const { tenant, trialEndsAt, owner: id } = await begin();
    expect(trialEndsAt).toBe('2026-12-22T15:00:00.000Z');
    const olga = await owner();
    expect(olga).toMatchObject({ tenant, userId: id, currency: 'COP', timeZone: 'America/Bogota', locale: 'es' });
    expect(await customers(olga)).toEqual(['Sample One', 'Sample Two', 'The house itself']);
    expect(await tenantOf(olga)).toMatchObject({
      status: 'TRIAL',
      owners: [id],
      limits: { users: 5, apiKeys: 3, changes: 50_000 },
      samples: ['customers'],
    });
  });

  it('belongs to its owner, samples too', async () => {
    const { owner: id } = await begin();
    const olga = await owner();
    const { rows } = await domain.reader(olga).data(Customer).page('byOwner', { of: id, first: 10 });
    expect(rows.map(({ name }) => name)).toEqual(['Sample One', 'Sample Two']);
  });

  it('is one, though the button is pressed twice', async () => {
    const [first, again] = [await begin(), await begin()];
    expect(again.tenant).toBe(first.tenant);
    expect(await customers(await owner())).toHaveLength(3);
  });

  it('can be made without samples, with other customs and for other days', async () => {
    const { trialEndsAt } = await begin({ sampleData: false, locale: 'en', currency: 'USD', days: 7 });
    expect(trialEndsAt).toBe('2026-11-29T15:00:00.000Z');
    expect(await customers(await owner())).toEqual(['The house itself']);
    expect(await owner()).toMatchObject({ locale: 'en', currency: 'USD' });
  });

  it.each([
    [{ country: 'Colombia' }],
    [{ days: 91 }],
    [{ ownerEmail: 'nobody' }],
    [{ timeZone: 'Mars' }],
    [{ currency: 'XXX' }],
    [{ name: '' }],
  ])('refuses %j', async (given) => {
    expect(await failure(begin(given))).toBe('BAD_INPUT');
  });

  it('is for the operator, and for a key that may only this', async () => {
    await begin();
    expect(await failure(begin({ name: 'Mine' }, await owner()))).toBe('FORBIDDEN');
    const { key } = await domain.run<{ key: string }>(
      'createApiKey',
      { name: 'Page', permissions: ['tenant.createTrial'] },
      operator,
    );
    const page = await signIn(key);
    const { tenant } = await begin({ name: 'Other', ownerEmail: mail('otto') }, page);
    expect(await failure(domain.run('convertTenant', { tenant }, page))).toBe('FORBIDDEN');
  });
});

describe('the end of a trial', () => {
  const readOnly = (as: Actor) => failure(domain.run('createCustomer', { name: 'Late' }, as));

  it('leaves everything to be read and nothing to be written, until it is converted; nothing is lost', async () => {
    const { tenant } = await begin({ days: 1 });
    await domain.run('createCustomer', { name: 'Real' }, await owner());
    await domain.settle();
    await domain.advanceTo('2026-11-23T15:01:00.000Z');
    const ended = await owner();
    expect(await tenantOf(ended)).toMatchObject({ status: 'ENDED' });
    expect(await readOnly(ended)).toBe('TENANT_READ_ONLY');
    expect(await customers(ended)).toContain('Real');
    expect(await domain.run('convertTenant', { tenant }, operator)).toEqual({ tenant, status: 'ACTIVE' });
    domain.clock.advance(61_000);
    const paying = await owner();
    expect(await readOnly(paying)).toBe('nothing failed');
    expect(await customers(paying)).toEqual(['Late', 'Real', 'Sample One', 'Sample Two', 'The house itself']);
    const row = await tenantOf(paying);
    expect([row.trialEndsAt, row.limits]).toEqual([undefined, undefined]);
  });

  it('is an event of its own, and a conversion too; the audit trail names the operator', async () => {
    const { tenant } = await begin({ days: 1 });
    await domain.settle();
    await domain.advanceTo('2026-11-23T15:01:00.000Z');
    await domain.run('convertTenant', { tenant }, operator);
    const events = (await domain.settle()).filter(({ record }) => record.id === tenant);
    expect(events.map(({ type, actor }: DomainEvent) => [type, actor])).toEqual([
      ['tenant.trialEnded', 'system:timer:Tenant'],
      ['tenant.converted', `system:operator:${operator.id}`],
    ]);
  });

  it('does not come for who converted before', async () => {
    const { tenant } = await begin({ days: 1 });
    await domain.run('convertTenant', { tenant }, operator);
    await domain.advanceTo('2026-11-23T15:01:00.000Z');
    expect(await tenantOf(await owner())).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('a suspended tenant', () => {
  it('lets nobody in until it is resumed, to where it was', async () => {
    const { tenant } = await begin();
    await domain.run('suspendTenant', { tenant, reason: 'Unpaid' }, operator);
    expect(await refusal(owner())).toBe('This tenant is suspended.');
    expect(await domain.run('resumeTenant', { tenant }, operator)).toEqual({ tenant, status: 'TRIAL' });
    domain.clock.advance(61_000);
    expect(await refusal(owner())).toBe('accepted');
  });

  it('and any other are not for their own people to convert, suspend, resume or list', async () => {
    const { tenant } = await begin();
    const olga = await owner();
    for (const [operation, input] of [
      ['convertTenant', { tenant }],
      ['suspendTenant', { tenant, reason: 'x' }],
      ['resumeTenant', { tenant }],
      ['inviteOwner', { tenant, name: 'X', email: mail('x') }],
      ['allTenants', {}],
    ] as const) {
      expect([operation, await failure(domain.run(operation, input, olga))]).toEqual([operation, 'FORBIDDEN']);
    }
  });
});

describe('the operator', () => {
  it('sees which tenants there are and nothing of what is in them', async () => {
    const { tenant } = await begin();
    const seen: AnyRow[] = [];
    for (let after: string | undefined, more = true; more;) {
      const { tenants } = await domain.run<{ tenants: readonly (AnyRow & { tenant: string })[] }>(
        'allTenants',
        { first: 2, ...(after !== undefined && { after }) },
        operator,
      );
      seen.push(...tenants);
      after = tenants.at(-1)?.tenant;
      more = tenants.length > 0;
    }
    expect(seen).toContainEqual({
      tenant,
      name: 'Acme',
      status: 'TRIAL',
      country: 'CO',
      createdAt: '2026-11-22T15:00:00.000Z',
      trialEndsAt: '2026-12-22T15:00:00.000Z',
    });
    expect(await failure(domain.run('createCustomer', { name: 'X' }, operator))).toBe('FORBIDDEN');
    expect(await domain.run('me', {}, operator)).toMatchObject({ actor: operator.id, teams: [] });
  });

  it('lets an owner into a tenant that has lost its own', async () => {
    const { tenant } = await begin();
    await domain.run('inviteOwner', { tenant, name: 'Otto', email: mail('otto') }, operator);
    const otto = await signIn(mail('otto'));
    expect((await tenantOf(otto)).owners).toHaveLength(2);
    expect(await failure(domain.run('inviteOwner', { tenant, name: 'Otto', email: mail('otto') }, operator))).toBe(
      'NOT_UNIQUE',
    );
    expect(await failure(domain.run('convertTenant', { tenant: 'ten_0000000000000000000000000Z' }, operator))).toBe(
      'NOT_FOUND',
    );
  });
});

describe('the demo', () => {
  it('is the same however often it is made', async () => {
    const first = await seedDemo(domain.runtime);
    expect(await seedDemo(domain.runtime)).toEqual(first);
    expect(first.users.map(({ role }) => role)).toEqual(['owner', 'administrator', 'manager', 'seller', 'support']);
    const administrator = await signIn(first.key);
    expect(administrator).toMatchObject({ kind: 'key' });
    expect(await customers(administrator)).toEqual(['The house itself']);
    expect(await signIn(first.operatorKey)).toMatchObject({ id: operator.id });
    const seller = await signIn('seller@demo.lazo.test');
    expect(seller.teamMembers).toHaveLength(2);
  });
});
