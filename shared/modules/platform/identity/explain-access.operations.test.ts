import { beforeEach, describe, expect, it } from '@jest/globals';
import { actions, mayTouch, type Actor, type AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, exampleModules } from '#test/support/example';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';
import { authenticate } from './index.ts';

const tenanted = withTenantTable();
const mail = (name: string): string => `${name}@${tenanted.tenant}.test`;
const [, offers] = exampleModules;
const roles = ['owner', 'administrator', 'manager', 'seller', 'support'] as const;

let domain: Domain;
let people: Map<string, AnyRow>;
let records: readonly AnyRow[];

const invite = (name: string, role: string): Promise<AnyRow> =>
  domain.run<AnyRow>('inviteUser', { name, email: mail(name), roles: [role] });
const actorOf = async (name: string): Promise<Actor> => {
  const actor = await authenticate(domain.runtime, { authorization: `Bearer ${mail(name)}` });
  if (!actor) throw new Error('Nobody.');
  return actor;
};

beforeEach(async () => {
  domain = startDomain({
    modules: [...tenantModules, ...(offers ? [offers] : [])],
    table: tenanted.table,
    tenant: tenantIdOf(tenanted.tenant),
  });
  await storeTenantOf(domain);
  people = new Map();
  for (const role of roles) people.set(role, await invite(role, role));
  const id = (name: string): string => people.get(name)?.id ?? '';
  await domain.run('createTeam', { name: 'North', manager: id('manager'), members: [id('seller')] });
  const owners = [id('seller'), id('manager'), id('support'), undefined];
  records = await Promise.all(
    owners.map((owner, index) =>
      domain.run<AnyRow>('createCustomer', {
        name: `Customer ${String(index)}`,
        ...(owner !== undefined && { owner }),
      }),
    ),
  );
});

type Explained = {
  readonly allowed: boolean;
  readonly chain: readonly { readonly rule: string; readonly holds: boolean }[];
};
const explain = (record: AnyRow, action: string, user?: string, as?: Actor): Promise<Explained> =>
  domain.run<Explained>('explainAccess', { record: record.id, action, ...(user !== undefined && { user }) }, as);

describe('explainAccess', () => {
  it('agrees with the enforcement for every role, record and action', async () => {
    for (const role of roles) {
      const actor = await actorOf(role);
      for (const record of records) {
        const row = await domain.reader().data(Customer).get(record.id);
        for (const action of actions) {
          const { allowed } = await explain(record, action, people.get(role)?.id);
          expect([role, record.id, action, allowed]).toEqual([
            role,
            record.id,
            action,
            mayTouch(actor, Customer, row, action),
          ]);
        }
      }
    }
  });

  it('agrees with what operations then do', async () => {
    const seller = await actorOf('seller');
    const [mine, managers] = records;
    const change = (record: AnyRow | undefined) =>
      failure(domain.run('updateCustomer', { id: record?.id, version: 1, name: 'Changed' }, seller));
    expect(mine && (await explain(mine, 'update', undefined, seller)).allowed).toBe(true);
    expect(managers && (await explain(managers, 'update', undefined, seller)).allowed).toBe(false);
    expect([await change(mine), await change(managers)]).toEqual(['nothing failed', 'FORBIDDEN']);
  });

  it('says which role grants what, and which rule held', async () => {
    const { chain } = await explain(records[1] as AnyRow, 'read', people.get('seller')?.id);
    const held = chain.filter(({ holds }) => holds).map(({ rule }) => rule);
    expect(held).toEqual(
      expect.arrayContaining(['role seller grants Customer.read to team', "the owner is in one of the actor's teams"]),
    );
    expect(held).not.toContain('the actor owns the record');
  });

  it('says who stands in for whom, how a record came to its owner, and what roles hide', async () => {
    const [, , supports] = records as readonly [AnyRow, AnyRow, AnyRow];
    const [seller, support] = [people.get('seller'), people.get('support')] as readonly [AnyRow, AnyRow];
    await domain.run('setAbsence', {
      user: support.id,
      from: '2026-11-20',
      until: '2026-11-30',
      substitute: seller.id,
    });
    await domain.run('createRole', { key: 'blind', name: 'Blind', hiddenFields: ['Customer.name'] });
    await domain.settle();
    const rules = async (user: AnyRow) =>
      (await explain(supports, 'update', user.id)).chain.filter(({ holds }) => holds).map(({ rule }) => rule);
    expect(await rules(seller)).toEqual(
      expect.arrayContaining([
        'the actor stands in for the owner, who is absent',
        'support is absent until 2026-11-30 and has named the actor as substitute',
      ]),
    );
    await domain.run('updateCustomer', { id: supports.id, version: 1, owner: seller.id });
    await domain.run('assignRoles', { id: seller.id, roles: ['blind'] });
    await domain.settle();
    expect(await rules(seller)).toEqual(
      expect.arrayContaining([
        'it passed from support to seller on 2026-11-22 by updateCustomer',
        'Customer.name is hidden by every role',
      ]),
    );
  });

  it('tells of others only to who may, and of records only that one may see', async () => {
    const seller = await actorOf('seller');
    expect(await failure(explain(records[0] as AnyRow, 'read', people.get('support')?.id, seller))).toBe('FORBIDDEN');
    expect(await failure(explain(records[2] as AnyRow, 'read', undefined, seller))).toBe('NOT_FOUND');
    expect(await failure(explain(records[0] as AnyRow, 'read', undefined, domain.actor({ tenant: 'other' })))).toBe(
      'NOT_FOUND',
    );
    expect(
      await failure(domain.run('explainAccess', { record: 'xyz_00000000000000000000000000', action: 'read' })),
    ).toBe('NOT_FOUND');
  });
});

describe('me', () => {
  it('says who one is and what one may', async () => {
    const me = await domain.run('me', {}, await actorOf('seller'));
    expect(me).toMatchObject({
      user: { name: 'seller' },
      tenant: { name: 'Acme' },
      teams: [{ name: 'North' }],
      isReadOnly: false,
    });
    expect(me['permissions']).toEqual(['offer.accept', 'offer.send']);
    expect(me['rights']).toEqual(
      expect.arrayContaining([{ entity: 'Customer', create: 'own', read: 'team', update: 'own', archive: 'own' }]),
    );
  });
});
