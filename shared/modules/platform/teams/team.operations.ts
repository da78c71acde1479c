import {
  change,
  creation,
  DomainError,
  list,
  mutation,
  optional,
  ref,
  versionInput,
  type AnyRow,
  type Context,
  type Row,
} from '#kernel';
import { User, type Post, type UserRow } from '#modules/platform/users';
import { comingsAndGoings, type TeamPeople } from './members.rules.ts';
import { Team } from './team.entity.ts';

type TeamRow = Row<typeof Team>;

const which = {
  id: ref('Team', { describes: 'Which team.' }),
  version: versionInput,
};

/** Most teams of one person: the records of so many are still found at once. */
const mostTeams = 20;

/** A person knows the teams, a team its people; both sides are written together. */
const keepInStep = async (
  { trusted }: Context,
  id: string,
  before: TeamPeople | undefined,
  after: TeamPeople | undefined,
): Promise<readonly UserRow[]> => {
  const { coming, going } = comingsAndGoings(before, after);
  const people = await trusted(User).getMany([...coming, ...going]);
  return [...people.values()].map((person) => {
    const others = person.teams.filter((team) => team !== id);
    const teams = coming.includes(person.id) ? [...others, id] : others;
    if (teams.length > mostTeams)
      throw new DomainError('TOO_MANY_TEAMS', `${person.name} is in ${String(mostTeams)} teams already.`, ['members']);
    return trusted(User).update(person, { teams }, { event: 'user.teamsAssigned' });
  });
};

const fails = ['TOO_MANY_TEAMS', 'CYCLE', 'TOO_DEEP'] as const;

/** Most teams from the top to the bottom. */
const mostLevels = 12;

/** Two moves at once cannot close a circle: each depends on the teams above it standing where they stood. */
const assertPlace = async ({ trusted }: Context, team: TeamRow): Promise<void> => {
  let next = team.parent;
  for (let depth = 1; next !== undefined; depth += 1) {
    if (next === team.id) throw new DomainError('CYCLE', `${team.name} cannot stand below itself.`, ['parent']);
    if (depth >= mostLevels)
      throw new DomainError('TOO_DEEP', `At most ${String(mostLevels)} teams stand one below the other.`, ['parent']);
    const above: TeamRow | undefined = await trusted(Team).find(next);
    if (above) trusted(Team).hold(above);
    next = above?.parent;
  }
};

export const createTeam = creation(Team, 'createTeam', {
  describes: 'Makes a team. Its people see each other’s work where their roles say so, within a minute.',
  needs: 'team.create',
  input: {},
  returns: Team,
  fails,
  async run({ values }, context) {
    const team = context.data(Team).create(values);
    await assertPlace(context, team);
    await keepInStep(context, team.id, undefined, team);
    return team;
  },
});

export const updateTeam = change(Team, 'updateTeam', {
  describes: 'Changes a team: absent fields stay, null clears. Members are given as a whole.',
  needs: 'team.update',
  input: which,
  returns: Team,
  fails,
  async run({ id, changes }, context) {
    const before = await context.data(Team).get(id);
    const after = context.data(Team).update(before, changes);
    if (after.parent !== before.parent) await assertPlace(context, after);
    await keepInStep(context, id, before, after);
    return after;
  },
});

export const archiveTeam = mutation('archiveTeam', {
  describes: 'Takes a team out of use; its people leave it.',
  needs: 'team.archive',
  input: which,
  returns: Team,
  async run({ id }, context) {
    const team = await context.data(Team).get(id);
    await keepInStep(context, id, team, undefined);
    return context.data(Team).archive(team);
  },
});

export const restoreTeam = mutation('restoreTeam', {
  describes: 'Brings an archived team back, with the people that it had.',
  needs: 'team.archive',
  input: which,
  returns: Team,
  fails,
  async run({ id }, context) {
    const team = await context.data(Team).get(id);
    await keepInStep(context, id, undefined, team);
    return context.data(Team).restore(team);
  },
});

/** Puts a person into teams, and out of those that are not among them. */
export const moveToTeams = async (
  context: Context,
  user: string,
  from: readonly string[],
  to: readonly string[],
): Promise<void> => {
  const { trusted } = context;
  const teams = await trusted(Team).getMany([...new Set([...from, ...to])]);
  const missing = to.findIndex((id) => !teams.has(id));
  if (missing !== -1)
    throw new DomainError('REFERENCE_NOT_FOUND', `There is no Team ${String(to[missing])}.`, ['teams', missing]);
  for (const team of teams.values()) {
    const others = team.members.filter((member) => member !== user);
    const isIn = team.members.includes(user);
    if (to.includes(team.id) !== isIn) trusted(Team).update(team, { members: isIn ? others : [...others, user] });
  }
};

export const assignTeams = mutation('assignTeams', {
  describes: 'Puts a person into these teams instead of those before. Teams that the person manages stay.',
  needs: 'user.assignTeams',
  input: {
    id: ref('User', { describes: 'Whom.' }),
    version: optional(which.version),
    teams: list(ref('Team'), { max: mostTeams, describes: 'The teams.' }),
  },
  returns: User,
  async run({ id, teams }, context) {
    const user = await context.data(User).get(id);
    const managed = [...(await context.trusted(Team).getMany(user.teams)).values()]
      .filter(({ manager }) => manager === id)
      .map((team: TeamRow) => team.id);
    await moveToTeams(context, id, user.teams, teams);
    return context
      .trusted(User)
      .update(user, { teams: [...new Set([...managed, ...teams])] }, { event: 'user.teamsAssigned' });
  },
});

/** Who leads teams hands them over with the people in step. */
export const leading: Post = {
  of: Team,
  heldBy: async ({ trusted }, person) => {
    const own = (await trusted(User).find(person))?.teams ?? [];
    return [...(await trusted(Team).getMany(own)).values()].filter(({ manager }) => manager === person);
  },
  give: async (unit, id, { from, to }) => {
    const before = await unit.trusted(Team).get(id);
    if (before.manager !== from || before.archivedAt !== undefined) return [];
    const after = unit.trusted(Team).update(before, { manager: to });
    return [after, ...(await keepInStep(unit, id, before, after))] as readonly AnyRow[];
  },
};
