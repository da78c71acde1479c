// People for tests of modules, without invitations: a module with one operation that stores a user.
import { list, module, mutation, optional, ref, text, type AnyRow } from '#kernel';
import { User } from '#modules/platform/users';
import type { Domain } from './domain.ts';

const makePerson = mutation('makePerson', {
  describes: 'Stores a user, for tests.',
  needs: 'user.test',
  input: {
    name: text({ describes: 'Name.' }),
    teams: optional(list(ref('Team'), { describes: 'Teams.' })),
  },
  returns: User,
  run: ({ name, teams }, { trusted }) =>
    Promise.resolve(
      trusted(User).create({
        name,
        email: `${name.toLowerCase().replaceAll(' ', '.')}@example.com`,
        roles: ['seller'],
        teams: teams ?? [],
        status: 'ACTIVE',
      }),
    ),
});

/** To be given to `startDomain` besides the modules under test. */
export const peopleForTests = module('platform/people-for-tests', { operations: [makePerson] });

/** Stores users and answers their ids. */
export const makePeople = (domain: Domain, names: readonly string[]): Promise<readonly string[]> =>
  Promise.all(names.map(async (name) => (await domain.run<AnyRow>('makePerson', { name })).id));
