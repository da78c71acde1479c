import { beforeEach, describe, expect, it } from '@jest/globals';
import { mergeRules, type AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';
import { builtInRoles, roles, rolesOf, rulesOfKeys } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: [roles, ...exampleModules], table: tenanted.table, tenant: tenanted.tenant });
});

const builtIn = (key: string) => rulesOfKeys(builtInRoles(domain.registry), [key]);
const inside = {
  key: 'inside-sales',
  name: 'Inside sales',
  entities: [{ entity: 'Customer', read: 'all', update: 'own' }],
  operations: ['offer.send'],
};

type Listed = {
  readonly roles: readonly {
    readonly key: string;
    readonly isBuiltIn: boolean;
    readonly entities: readonly { entity: string }[];
  }[];
};

describe('own roles', () => {
  it('are listed with the built-in ones, and grant what they say', async () => {
    await domain.run('createRole', inside);
    const { roles: listed } = await domain.run<Listed>('roles', {});
    expect(listed.map(({ key }) => key)).toEqual([
      'owner',
      'administrator',
      'manager',
      'seller',
      'support',
      'inside-sales',
    ]);
    const rules = (await rolesOf(domain.reader())).get('inside-sales')?.rules;
    expect(rules?.entities).toEqual({ Customer: { create: 'none', read: 'all', update: 'own', archive: 'none' } });
  });

  it('are copied from any role, to be changed', async () => {
    const copy = await domain.run<AnyRow>('copyRole', { from: 'seller', key: 'junior', name: 'Junior' });
    const changed = await domain.run('updateRole', {
      id: copy.id,
      version: 1,
      operations: [],
      readOnlyFields: ['Customer.limit'],
    });
    expect(changed).toMatchObject({ key: 'junior', operations: [], readOnlyFields: ['Customer.limit'] });
    expect(await failure(domain.run('copyRole', { from: 'pirate', key: 'x-1', name: 'X' }))).toBe('UNKNOWN_ROLE');
  });

  it.each([
    ['NOT_UNIQUE', { key: 'seller' }],
    ['UNKNOWN_ENTITY', { entities: [{ entity: 'Nothing', read: 'all' }] }],
    ['UNKNOWN_PERMISSION', { operations: ['offer.steal'] }],
    ['UNKNOWN_FIELD', { hiddenFields: ['Customer.nothing'] }],
    ['BAD_INPUT', { key: 'Inside Sales' }],
    ['BAD_INPUT', { entities: [{ entity: 'Offer' }, { entity: 'Offer' }] }],
  ])('answer %s', async (code, given) => {
    expect(await failure(domain.run('createRole', { ...inside, ...given }))).toBe(code);
  });

  it('keep their key, which no two share', async () => {
    const role = await domain.run<AnyRow>('createRole', inside);
    expect(await failure(domain.run('updateRole', { id: role.id, version: 1, key: 'outside-sales' }))).toBe(
      'KEY_IS_FIXED',
    );
    expect(await failure(domain.run('createRole', inside))).toBe('NOT_UNIQUE');
    expect(await failure(domain.run('updateRole', { id: role.id, version: 7, name: 'X' }))).toBe('STALE_VERSION');
  });

  it('grant no more than their maker holds', async () => {
    const manager = domain.actor({
      rules: mergeRules([
        builtIn('manager'),
        { ...builtIn('manager'), entities: { Role: { create: 'all', read: 'all', update: 'all' } } },
      ]),
    });
    expect(await failure(domain.run('createRole', inside, manager))).toBe('FORBIDDEN');
    expect(await failure(domain.run('copyRole', { from: 'administrator', key: 'chief', name: 'Chief' }, manager))).toBe(
      'FORBIDDEN',
    );
    expect(await failure(domain.run('copyRole', { from: 'seller', key: 'junior', name: 'Junior' }, manager))).toBe(
      'nothing failed',
    );
  });

  it('cannot be lifted by somebody with less, even to take something away', async () => {
    const role = await domain.run<AnyRow>('copyRole', { from: 'administrator', key: 'chief', name: 'Chief' });
    const seller = domain.actor({
      rules: mergeRules([
        builtIn('seller'),
        { ...builtIn('seller'), entities: { Role: { read: 'all', update: 'all' } } },
      ]),
    });
    expect(await failure(domain.run('updateRole', { id: role.id, version: 1, operations: [] }, seller))).toBe(
      'FORBIDDEN',
    );
  });

  it('need their permission, and are of one tenant', async () => {
    const role = await domain.run<AnyRow>('createRole', inside);
    expect(await failure(domain.run('createRole', inside, domain.actor({ rules: builtIn('seller') })))).toBe(
      'FORBIDDEN',
    );
    const stranger = domain.actor({ tenant: `${tenanted.tenant}-other` });
    expect(await failure(domain.run('updateRole', { id: role.id, version: 1, name: 'X' }, stranger))).toBe('NOT_FOUND');
    expect((await domain.run<Listed>('roles', {}, stranger)).roles).toHaveLength(5);
  });
});

describe('permissions', () => {
  it('name every action and every verb, with what they open', async () => {
    const { permissions } = await domain.run<{ permissions: { name: string; kind: string; describes: string }[] }>(
      'permissions',
      {},
    );
    const byName = new Map(permissions.map((each) => [each.name, each]));
    expect(byName.get('offer.accept')).toEqual({
      name: 'offer.accept',
      kind: 'OPERATION',
      describes: 'The customer takes the offer.',
    });
    expect(byName.get('customer.archive')?.kind).toBe('ENTITY');
  });
});
