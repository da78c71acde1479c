import type { Context } from '#kernel';
import { User, type UserRow } from './user.entity.ts';
import { isAbsent } from './user.rules.ts';

/** Those of these people who have access, and for who of them is away today the substitute too. */
export const withSubstitutes = async (context: Context, ids: readonly string[]): Promise<readonly string[]> => {
  const today = context.clock.today();
  const people = await presentAmong(context, ids);
  const substitutes = people.flatMap((person) => (isAbsent(person, today) ? (person.substitute ?? []) : []));
  const others = await presentAmong(context, substitutes);
  return [...new Set([...people, ...others].map(({ id }) => id))];
};

const presentAmong = async ({ trusted }: Context, ids: readonly string[]): Promise<readonly UserRow[]> => {
  const people = ids.length === 0 ? [] : [...(await trusted(User).getMany([...new Set(ids)])).values()];
  return people.filter(({ status }) => status !== 'DEACTIVATED');
};
