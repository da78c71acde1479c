import { describe, expect, it } from '@jest/globals';
import { fullAccess, gather, mayDo, scopeOf, systemActor, type AccessRules } from '#kernel';
import { exampleModules } from '#test/support/example';
import { excess, intersection, namedPermissions, noAccess, only } from './access.rules.ts';

const registry = gather(exampleModules);
const rules = (given: Partial<AccessRules>): AccessRules => ({ ...noAccess, ...given });
const as = (held: AccessRules) => ({ ...systemActor('t', 'test'), rules: held });

describe('named permissions', () => {
  it('are those of operations, without the actions on entities', () => {
    expect(namedPermissions(registry)).toEqual(['offer.accept', 'offer.send']);
  });
});

describe('excess', () => {
  it('is nothing for what is held', () => {
    expect(excess(registry, fullAccess, fullAccess)).toEqual([]);
    const seller = rules({ entities: { Offer: { read: 'own' } }, operations: ['offer.send'] });
    expect(excess(registry, seller, seller)).toEqual([]);
  });

  it('names a wider reach, also where `*` stands for the entity', () => {
    const held = rules({ entities: { '*': { read: 'team' } } });
    expect(excess(registry, held, rules({ entities: { Offer: { read: 'all' } } }))).toEqual(['offer.read (all)']);
    expect(excess(registry, held, rules({ entities: { '*': { read: 'team' }, Offer: { update: 'own' } } }))).toEqual([
      'offer.update (own)',
    ]);
  });

  it('names permissions, and sees what a pattern stands for', () => {
    const held = rules({ operations: ['offer.accept'] });
    expect(excess(registry, held, rules({ operations: ['offer.*'] }))).toEqual(['offer.*']);
    expect(
      excess(registry, rules({ operations: ['offer.accept', 'offer.send'] }), rules({ operations: ['offer.*'] })),
    ).toEqual([]);
    expect(excess(registry, rules({ operations: ['offer.*'] }), rules({ operations: ['*'] }))).toEqual([]);
    expect(excess(registry, held, rules({ operations: ['*'] }))).toEqual(['*']);
  });

  it('names fields that would come into sight', () => {
    const held = rules({ hiddenFields: ['Customer.limit'], readOnlyFields: ['Customer.code'] });
    expect(excess(registry, held, noAccess)).toEqual(['Customer.limit (hidden)', 'Customer.code (read-only)']);
    expect(excess(registry, held, rules({ hiddenFields: ['Customer.limit', 'Customer.code'] }))).toEqual([]);
  });
});

describe('intersection', () => {
  it('reaches no further than either', () => {
    const both = intersection(
      registry,
      rules({ entities: { '*': { read: 'all' }, Offer: { read: 'all', create: 'all' } }, operations: ['*'] }),
      rules({
        entities: { '*': { read: 'own', create: 'own' } },
        operations: ['offer.send'],
        hiddenFields: ['Customer.limit'],
      }),
    );
    const actor = as(both);
    expect([
      scopeOf(actor, 'Offer', 'create'),
      scopeOf(actor, 'Customer', 'create'),
      scopeOf(actor, 'Customer', 'read'),
    ]).toEqual(['own', 'none', 'own']);
    expect([mayDo(actor, 'offer.send'), mayDo(actor, 'offer.accept')]).toEqual([true, false]);
    expect(both.hiddenFields).toEqual(['Customer.limit']);
  });

  it('with everything is the thing itself', () => {
    const held = rules({ entities: { Offer: { read: 'team' } }, operations: ['offer.*'] });
    const both = intersection(registry, held, fullAccess);
    expect(excess(registry, held, both)).toEqual([]);
    expect(excess(registry, both, held)).toEqual([]);
  });
});

describe('only', () => {
  it('leaves an action on one entity', () => {
    const actor = as(only(registry, fullAccess, ['offer.read', 'offer.send']));
    expect([
      scopeOf(actor, 'Offer', 'read'),
      scopeOf(actor, 'Offer', 'update'),
      scopeOf(actor, 'Customer', 'read'),
    ]).toEqual(['all', 'none', 'none']);
    expect([mayDo(actor, 'offer.send'), mayDo(actor, 'offer.accept')]).toEqual([true, false]);
  });

  it('leaves one action on all of them', () => {
    const actor = as(only(registry, fullAccess, ['*.read']));
    expect([
      scopeOf(actor, 'Offer', 'read'),
      scopeOf(actor, 'Later', 'read'),
      scopeOf(actor, 'Offer', 'create'),
    ]).toEqual(['all', 'all', 'none']);
    expect(mayDo(actor, 'offer.send')).toBe(false);
  });

  it('gives nothing that was not there', () => {
    const actor = as(only(registry, rules({ entities: { Offer: { read: 'own' } } }), ['*']));
    expect([scopeOf(actor, 'Offer', 'read'), scopeOf(actor, 'Customer', 'read'), mayDo(actor, 'offer.send')]).toEqual([
      'own',
      'none',
      false,
    ]);
  });
});
