import { optional, ref, type Context } from '#kernel';
import { peopleOf, Team } from '#modules/platform/teams';

/** Whose work is asked for. What the actor may not see is left out in any case. */
export const whose = {
  team: optional(ref('Team', { describes: 'Only the people of this team; all that you may see when absent.' })),
  user: optional(ref('User', { describes: 'Only this person.' })),
};

/** People by their ids. */
export type People = { has(person: string): boolean };

const everybody: People = { has: () => true };

/** The people asked for: a person, a team's, or everybody. */
export const peopleAsked = async (
  { trusted }: Context,
  { team, user }: { readonly team?: string; readonly user?: string },
): Promise<People> => {
  if (user !== undefined) return new Set([user]);
  return team === undefined ? everybody : new Set(peopleOf(await trusted(Team).get(team)));
};
