// When a timetable comes again (RFC 5545): nine o'clock stays nine o'clock over daylight saving. The library is loaded at first use.
import { DomainError, type Context } from '#kernel';
import { addWorkingTime, workingTimeOf } from '#modules/platform/settings';
import type { Trigger } from './plan.rules.ts';

/** The next moment of a timetable behind another one; undefined when none is left. @throws RULE_INVALID */
export const nextMoment = async (
  context: Context,
  { at, rule, working }: Trigger,
  behind: string,
): Promise<string | undefined> => {
  if (at === undefined) return undefined;
  const moment =
    rule === undefined
      ? at > behind
        ? at
        : undefined
      : await occurrenceAfter(rule, at, context.actor.timeZone, behind);
  if (moment === undefined || !working) return moment;
  return addWorkingTime(await workingTimeOf(context), moment, 0);
};

const occurrenceAfter = async (
  rule: string,
  startsAt: string,
  timeZone: string,
  behind: string,
): Promise<string | undefined> => {
  const [{ RRuleTemporal }, { Temporal }] = await Promise.all([import('rrule-temporal'), import('temporal-polyfill')]);
  try {
    const dtstart = Temporal.Instant.from(startsAt).toZonedDateTimeISO(timeZone);
    const every = new RRuleTemporal({ rruleString: `RRULE:${rule}`, dtstart, temporal: Temporal, strict: true });
    const next = every.next(new Date(behind));
    return next ? new Date(next.epochMilliseconds).toISOString() : undefined;
  } catch (error) {
    throw new DomainError('RULE_INVALID', `Not a rule of RFC 5545: ${String(error).slice(0, 200)}`, [
      'trigger',
      'rule',
    ]);
  }
};
