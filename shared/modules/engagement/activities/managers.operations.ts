import type { Context, Row } from '#kernel';
import { OrgUnit } from '#modules/platform/organisation';
import { Team } from '#modules/platform/teams';
import { holdersOf, levelsAbove, User } from '#modules/platform/users';
import type { Activity } from './activity.entity.ts';

/** Levels that are followed upwards. */
const mostLevels = 12;

type Node = { readonly manager?: string; readonly parent?: string };

/** From a node to the top: its manager and those of the nodes above it, the nearest first. */
const upwards = async (
  read: (id: string) => Promise<Node | undefined>,
  start: string | undefined,
): Promise<readonly string[]> => {
  const managers: string[] = [];
  const seen = new Set<string>();
  for (let id = start; id !== undefined && !seen.has(id) && seen.size < mostLevels;) {
    seen.add(id);
    const node: Node | undefined = await read(id);
    if (node?.manager !== undefined) managers.push(node.manager);
    id = node?.parent;
  }
  return managers;
};

const aboveTeam = ({ trusted }: Context, team: string) => upwards((id) => trusted(Team).find(id), team);

/** Those who lead a part of the organisation or one above it. */
export const aboveUnit = ({ trusted }: Context, unit: string): Promise<readonly string[]> =>
  upwards((id) => trusted(OrgUnit).find(id), unit);

const abovePerson = async (context: Context, person: string): Promise<readonly string[]> =>
  (await levelsAbove(context, [person])).flat();

/** A role has nobody above it: those to whom its people report, who has most of them first. */
const aboveRole = async (context: Context, role: string): Promise<readonly string[]> => {
  const reporting = Map.groupBy(await holdersOf(context, role), ({ manager }) => manager);
  return [...reporting]
    .filter((entry): entry is [string, (typeof entry)[1]] => entry[0] !== undefined)
    .sort(([left, most], [right, more]) => more.length - most.length || (left < right ? -1 : 1))
    .map(([manager]) => manager);
};

const levelsOf = (context: Context, { owner, team, department, role }: Row<typeof Activity>) => {
  if (owner !== undefined) return abovePerson(context, owner);
  if (team !== undefined) return aboveTeam(context, team);
  if (department !== undefined) return aboveUnit(context, department);
  return role === undefined ? [] : aboveRole(context, role);
};

/** The managers who are told one after the other when nobody takes or does the work; who has left is passed over. */
export const managersOf = async (context: Context, work: Row<typeof Activity>): Promise<readonly string[]> => {
  const levels = [...new Set(await levelsOf(context, work))].filter((id) => id !== work.owner);
  const people = await context.trusted(User).getMany(levels);
  return levels.filter((id) => people.get(id)?.status !== 'DEACTIVATED' && people.has(id));
};
