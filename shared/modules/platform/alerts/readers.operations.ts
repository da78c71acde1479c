import type { Context } from '#kernel';
import { holdersOf, levelsAbove } from '#modules/platform/users';
import type { AlertStep } from './alert-rule.entity.ts';
import type { AlertRow } from './alert.entity.ts';

/** Whom a step tells. */
export const readersOf = async (context: Context, step: AlertStep, { owner }: AlertRow): Promise<readonly string[]> => {
  if (step.to === 'ROLE') return (await holdersOf(context, step.role ?? '')).map(({ id }) => id);
  if (step.to === 'USER') return step.user === undefined ? [] : [step.user];
  if (owner === undefined) return [];
  if (step.to === 'OWNER') return [owner];
  const level = step.level ?? 1;
  return (await levelsAbove(context, [owner], level))[level - 1] ?? [];
};
