import type { Context, Row } from '#kernel';
import { OrgUnit } from '#modules/platform/organisation';
import { peopleOf, Team } from '#modules/platform/teams';
import { User, type UserRow } from '#modules/platform/users';

type TeamRow = Row<typeof Team>;

/** Whose work somebody with scope `team` sees (design.md section 8): at most so many people, and teams of what nobody owns. */
const mostMembers = 50;
const mostTeams = 20;
/** Teams that are looked through for people. */
const mostRead = 50;
/** Levels of teams and of units that are looked through downwards, and units of one leader. */
const mostLevels = 12;
const mostUnits = 100;

/** The teams that a person is in, those below, and everybody in all of them. */
export type TeamReach = {
  readonly own: readonly string[];
  readonly teams: readonly string[];
  readonly members: readonly string[];
};

/**
 * Who leads a team sees the teams below it too; who leads a part of the organisation, the people and teams of that part and of
 * those below it. The own teams come first where there are too many.
 */
export const teamReachOf = async (context: Context, user: UserRow): Promise<TeamReach> => {
  const [own, units] = await Promise.all([teamsNamed(context, user.teams), unitsLedBy(context, user.id)]);
  const [inUnits, staff] = await Promise.all([teamsIn(context, units), staffOf(context, units)]);
  const led = [...own.filter(({ manager }) => manager === user.id), ...inUnits];
  const all = new Map([...own, ...inUnits, ...(await teamsBelow(context, led))].map((team) => [team.id, team]));
  const members = [...new Set([...[...all.values()].flatMap(peopleOf), ...staff])];
  return {
    own: user.teams,
    teams: [...new Set([...user.teams, ...all.keys()])].slice(0, mostTeams),
    members: members.slice(0, mostMembers),
  };
};

const isInUse = ({ archivedAt }: { readonly archivedAt?: string }): boolean => archivedAt === undefined;

const teamsNamed = async ({ trusted }: Context, ids: readonly string[]): Promise<readonly TeamRow[]> =>
  ids.length === 0 ? [] : [...(await trusted(Team).getMany(ids)).values()].filter(isInUse);

/** Level by level downwards; what was seen already is not followed again. */
const below = async <R extends { readonly id: string }>(
  tops: readonly R[],
  most: number,
  childrenOf: (id: string) => Promise<readonly R[]>,
): Promise<readonly R[]> => {
  const found = new Map(tops.map((row) => [row.id, row]));
  let level = tops;
  for (let depth = 0; level.length > 0 && depth < mostLevels && found.size < most; depth += 1) {
    const children = (await Promise.all(level.map(({ id }) => childrenOf(id)))).flat();
    level = children.filter(({ id }) => !found.has(id));
    for (const row of level) found.set(row.id, row);
  }
  return [...found.values()].slice(0, most);
};

const teamsBelow = ({ trusted }: Context, led: readonly TeamRow[]): Promise<readonly TeamRow[]> =>
  below(led, mostRead, async (of) => (await trusted(Team).page('byParent', { of, first: 100 })).rows.filter(isInUse));

const unitsLedBy = async ({ trusted }: Context, user: string): Promise<readonly string[]> => {
  const { rows } = await trusted(OrgUnit).page('byManager', { of: user, first: mostUnits });
  const units = await below(rows.filter(isInUse), mostUnits, async (of) =>
    (await trusted(OrgUnit).page('byParent', { of, first: 100 })).rows.filter(isInUse),
  );
  return units.map(({ id }) => id);
};

const teamsIn = async ({ trusted }: Context, units: readonly string[]): Promise<readonly TeamRow[]> => {
  const pages = await Promise.all(units.map((of) => trusted(Team).page('byOrgUnit', { of, first: mostRead })));
  return pages.flatMap(({ rows }) => rows).filter(isInUse);
};

const staffOf = async ({ trusted }: Context, units: readonly string[]): Promise<readonly string[]> => {
  const pages = await Promise.all(units.map((of) => trusted(User).page('byOrgUnit', { of, first: mostMembers })));
  return pages.flatMap(({ rows }) => rows).flatMap(({ id, status }) => (status === 'DEACTIVATED' ? [] : [id]));
};
