// When a timetable of a workflow comes again.
import { DomainError, type Context } from '#kernel';
import { addWorkingTime, assertRule, occurrenceAfter, workingTimeOf } from '#modules/platform/settings';
import type { Trigger } from './plan.rules.ts';

/** The next moment of a timetable behind another one; undefined when none is left. @throws RULE_INVALID */
export const nextMoment = async (
  context: Context,
  { at, rule, working }: Trigger,
  behind: string,
): Promise<string | undefined> => {
  if (at === undefined) return undefined;
  const once = at > behind ? at : undefined;
  const moment = rule === undefined ? once : await momentOf(rule, at, context.actor.timeZone, behind);
  if (moment === undefined || !working) return moment;
  return addWorkingTime(await workingTimeOf(context), moment, 0);
};

/** What is wrong with the rule is said of the trigger that it stands in. */
const momentOf = async (rule: string, startsAt: string, timeZone: string, behind: string) => {
  const series = { rule, startsAt, timeZone };
  try {
    await assertRule(series);
    return await occurrenceAfter(series, behind);
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError(error.code, error.message, ['trigger', 'rule']);
    throw error;
  }
};
