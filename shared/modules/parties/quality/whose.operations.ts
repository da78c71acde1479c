import { forbidden, mayReach, optional, ref, scopeOf, type Actor, type AnyEntity, type Context } from '#kernel';
import { peopleOf, Team } from '#modules/platform/teams';

/** Whose records are asked for. */
export const whose = {
  owner: optional(ref('User', { describes: 'Only those of this person.' })),
  team: optional(ref('Team', { describes: 'Only those of this team: of its people, and those that wait in it.' })),
};

/** Those who look after the records that are asked for; undefined when nobody was named. */
export const holdersAsked = async (
  { trusted }: Context,
  { owner, team }: { readonly owner?: string; readonly team?: string },
): Promise<readonly string[] | undefined> => {
  if (owner !== undefined) return [owner];
  return team === undefined ? undefined : [...peopleOf(await trusted(Team).get(team)), team].sort();
};

/** Whether the actor's right to read reaches what a person, a team or nobody looks after. */
export const mayMeasure = (actor: Actor, of: AnyEntity, holder: string): boolean => {
  const scope = scopeOf(actor, of.name, 'read');
  return mayReach(actor, scope, holder) || (scope === 'team' && actor.teams.includes(holder));
};

/** @throws FORBIDDEN when none of them may be looked at */
export const reachable = ({ actor }: Context, of: AnyEntity, holders: readonly string[]): readonly string[] => {
  const reached = holders.filter((holder) => mayMeasure(actor, of, holder));
  if (reached.length === 0) throw forbidden('You may not see the records of these people.');
  return reached;
};
