import type { Context } from '#kernel';
import { holdersOf, User } from '#modules/platform/users';
import type { AlertStep } from './alert-rule.entity.ts';
import type { AlertRow } from './alert.entity.ts';

/** The manager so many levels above a person; undefined above the top. */
const managerAbove = async ({ trusted }: Context, person: string, level: number): Promise<string | undefined> => {
  let current: string | undefined = person;
  for (let up = 0; up < level && current !== undefined; up += 1) current = (await trusted(User).find(current))?.manager;
  return current;
};

/** Whom a step tells. */
export const readersOf = async (context: Context, step: AlertStep, { owner }: AlertRow): Promise<readonly string[]> => {
  if (step.to === 'ROLE') return (await holdersOf(context, step.role ?? '')).map(({ id }) => id);
  if (step.to === 'USER') return step.user === undefined ? [] : [step.user];
  if (owner === undefined) return [];
  if (step.to === 'OWNER') return [owner];
  const manager = await managerAbove(context, owner, step.level ?? 1);
  return manager === undefined ? [] : [manager];
};
