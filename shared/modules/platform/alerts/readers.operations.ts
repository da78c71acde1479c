import type { Context } from '#kernel';
import { peopleOf, Team } from '#modules/platform/teams';
import { holdersOf, levelsAbove, User, withSubstitutes } from '#modules/platform/users';
import type { AlertStep } from './alert-rule.entity.ts';
import type { AlertRow } from './alert.entity.ts';

type Matter = Pick<AlertRow, 'owner' | 'team'>;

/** Whom a step tells: people with access, and for those who are away their substitutes too. */
export const readersOf = async (context: Context, step: AlertStep, matter: Matter): Promise<readonly string[]> =>
  withSubstitutes(context, await namedBy(context, step, matter));

const namedBy = async (context: Context, step: AlertStep, matter: Matter): Promise<readonly string[]> => {
  const { owner } = matter;
  switch (step.to) {
    case 'ROLE':
      return (await holdersOf(context, step.role ?? '')).map(({ id }) => id);
    case 'USER':
      return step.user === undefined ? [] : [step.user];
    case 'TEAM':
      return teamOf(context, matter);
    case 'OWNER':
      return owner === undefined ? teamOf(context, matter) : [owner];
    case 'MANAGER':
      return managerOf(context, matter, step.level ?? 1);
  }
};

/** The team whose matter it is; else those of the owner. */
const teamsOf = async ({ trusted }: Context, { owner, team }: Matter) => {
  const ids = team === undefined && owner !== undefined ? ((await trusted(User).find(owner))?.teams ?? []) : [team];
  return [...(await trusted(Team).getMany(ids.filter((id) => id !== undefined))).values()];
};

const teamOf = async (context: Context, matter: Matter): Promise<readonly string[]> =>
  (await teamsOf(context, matter)).flatMap(peopleOf);

/** Above what waits in a team stands who leads it. */
const managerOf = async (context: Context, matter: Matter, level: number): Promise<readonly string[]> => {
  if (matter.owner !== undefined) return (await levelsAbove(context, [matter.owner], level))[level - 1] ?? [];
  const leaders = (await teamsOf(context, matter)).flatMap(({ manager }) => manager ?? []);
  return level === 1 ? leaders : ((await levelsAbove(context, leaders, level - 1))[level - 2] ?? []);
};
