// The whole product with a way to make people, and two kinds of them, for tests of accounts, contacts and what shows them.
import type { AccessRules, Actor, Module } from '#kernel';
import { modules } from '#modules';
import type { Domain } from './domain.ts';
import { peopleForTests } from './people.ts';

/** To be given to `startDomain`. */
export const partyModules: readonly Module[] = [...modules, peopleForTests];

const readOnly = { create: 'none', read: 'all', update: 'none', archive: 'none' } as const;

/** Works with own records alone. */
export const ownRules: AccessRules = {
  entities: {
    '*': { create: 'own', read: 'own', update: 'own', archive: 'own' },
    User: readOnly,
    Team: readOnly,
    Product: readOnly,
  },
  operations: [],
  hiddenFields: [],
  readOnlyFields: [],
};

/** Works with the records of the team, and may take accounts over. */
export const teamRules: AccessRules = {
  ...ownRules,
  entities: { ...ownRules.entities, '*': { create: 'team', read: 'team', update: 'team', archive: 'team' } },
  operations: ['account.takeOver'],
};

/** A person at work; with own records alone, unless told otherwise. */
export const person = (domain: Domain, userId: string, more: Partial<Actor> = {}): Actor =>
  domain.actor({ id: userId, userId, rules: ownRules, ...more });
