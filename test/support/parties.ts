// Accounts, contacts and products with what they stand on, and two kinds of people, for tests of modules that deal with them.
import type { AccessRules, Actor, Module } from '#kernel';
import { products } from '#modules/catalog/products';
import { accounts } from '#modules/parties/accounts';
import { contacts } from '#modules/parties/contacts';
import { files } from '#modules/platform/files';
import { jobs } from '#modules/platform/jobs';
import { organisation } from '#modules/platform/organisation';
import { searching } from '#modules/platform/search';
import { teams } from '#modules/platform/teams';
import { timelines } from '#modules/platform/timeline';
import { users } from '#modules/platform/users';
import type { Domain } from './domain.ts';
import { peopleForTests } from './people.ts';

/** To be given to `startDomain`. */
export const partyModules: readonly Module[] = [
  organisation,
  users,
  teams,
  files,
  jobs,
  searching,
  timelines,
  accounts,
  contacts,
  products,
  peopleForTests,
];

const readOnly = { create: 'none', read: 'all', update: 'none', archive: 'none' } as const;
const shared = { User: readOnly, Team: readOnly, Product: readOnly } as const;

/** Works with own records alone. */
export const ownRules: AccessRules = {
  entities: { '*': { create: 'own', read: 'own', update: 'own', archive: 'own' }, ...shared },
  operations: [],
  hiddenFields: [],
  readOnlyFields: [],
};

/** Works with the records of the team, and may take accounts over. */
export const teamRules: AccessRules = {
  ...ownRules,
  entities: { '*': { create: 'team', read: 'team', update: 'team', archive: 'team' }, ...shared },
  operations: ['account.takeOver'],
};

/** A person at work; with own records alone, unless told otherwise. */
export const person = (domain: Domain, userId: string, more: Partial<Actor> = {}): Actor =>
  domain.actor({ id: userId, userId, rules: ownRules, ...more });
