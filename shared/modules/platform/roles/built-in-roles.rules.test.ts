import { describe, expect, it } from '@jest/globals';
import { entity, gather, mayDo, module, mutation, noOwner, scopeOf, systemActor, text } from '#kernel';
import { exampleModules } from '#test/support/example';
import { excess, namedPermissions, only } from './access.rules.ts';
import { guardedFields } from './guarded-fields.rules.ts';
import { ownGrantsOf, rulesOf, rulesOfKeys } from './role.rules.ts';
import { builtInKeys, builtInRoles, type RoleGrant } from './built-in-roles.rules.ts';

const setting = entity('Setting', {
  idPrefix: 'set',
  describes: '',
  fields: { name: text() },
  owner: noOwner,
  keys: {},
  title: ({ name }) => name,
});
const verb = (needs: string) =>
  mutation(needs.replace('.', ''), { describes: '', needs, input: {}, returns: {}, run: () => Promise.resolve({}) });
const grants: readonly RoleGrant[] = [
  { roles: ['seller'], entities: { Setting: {} }, grants: ['setting.tune'], withholds: ['offer.accept'] },
];
const registry = gather([
  ...exampleModules,
  module('sales/more', {
    entities: [setting],
    operations: [verb('offer.takeOver'), verb('setting.tune'), verb('tenant.backup')],
    contributes: {
      'role-grants': grants,
      [guardedFields]: [{ permission: 'setting.inspect', fields: ['Offer.reasons'] }],
    },
  }),
]);
const as = (key: string) => ({ ...systemActor('t', 'test'), rules: rulesOfKeys(builtInRoles(registry), [key]) });

describe('built-in roles', () => {
  it('are five, and none grants what the one before does not', () => {
    const roles = [...builtInRoles(registry).values()];
    expect(roles.map(({ key }) => key)).toEqual([...builtInKeys]);
    expect(excess(registry, as('owner').rules, as('administrator').rules)).toEqual([]);
    expect(excess(registry, as('administrator').rules, as('manager').rules)).toEqual([]);
  });

  it('let administrators do all but what is the tenant itself', () => {
    expect([
      mayDo(as('administrator'), 'setting.tune'),
      mayDo(as('administrator'), 'tenant.backup'),
      mayDo(as('owner'), 'tenant.backup'),
    ]).toEqual([true, false, true]);
    expect(scopeOf(as('administrator'), 'Setting', 'update')).toBe('all');
  });

  it("let sellers change their own, see their teams', and read what is the tenant's", () => {
    const seller = as('seller');
    expect([
      scopeOf(seller, 'Offer', 'update'),
      scopeOf(seller, 'Offer', 'read'),
      scopeOf(seller, 'User', 'read'),
      scopeOf(seller, 'User', 'update'),
    ]).toEqual(['own', 'team', 'all', 'none']);
  });

  it("keep verbs over others' work from sellers and support, not from managers", () => {
    expect(['manager', 'seller', 'support'].map((key) => mayDo(as(key), 'offer.takeOver'))).toEqual([
      true,
      false,
      false,
    ]);
    expect(mayDo(as('seller'), 'offer.send')).toBe(true);
  });

  it('take what modules say about them', () => {
    const seller = as('seller');
    expect([mayDo(seller, 'setting.tune'), mayDo(seller, 'offer.accept'), scopeOf(seller, 'Setting', 'read')]).toEqual([
      true,
      false,
      'none',
    ]);
    expect([mayDo(as('support'), 'offer.accept'), scopeOf(as('support'), 'Setting', 'read')]).toEqual([true, 'all']);
  });

  it('hide guarded fields from whoever lacks their permission, own roles and keys among them', () => {
    const own = { ...ownGrantsOf(registry, as('seller').rules), hiddenFields: [] };
    const inspecting = { ...own, operations: [...own.operations, 'setting.inspect'] };
    const cut = only(registry, as('owner').rules, ['offer.read']);
    const hidden = ['seller', 'manager', 'owner'].map((key) => as(key).rules.hiddenFields);
    expect(hidden).toEqual([['Offer.reasons'], ['Offer.reasons'], []]);
    expect(
      [rulesOf(registry, own), rulesOf(registry, inspecting), cut].map(({ hiddenFields }) => hiddenFields),
    ).toEqual([['Offer.reasons'], [], ['Offer.reasons']]);
    expect(ownGrantsOf(registry, as('seller').rules).hiddenFields).toEqual([]);
    expect(namedPermissions(registry)).toContain('setting.inspect');
  });
});
