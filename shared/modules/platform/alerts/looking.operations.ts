import { DomainError, timer, type Context } from '#kernel';
import { problemsError } from '#kernel/errors';
import { assertRule, occurrenceAfter, wallTimeOf, workingTimeOf } from '#modules/platform/settings';
import { momentOn, nextLook } from './alert-rule.rules.ts';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { startGoing } from './going-through.jobs.ts';

const usualTime = '08:00';

/** When a rule that looks by the clock looks next; undefined when it never does again. @throws RULE_INVALID */
export const nextLookOf = async (context: Context, rule: AlertRuleRow): Promise<string | undefined> => {
  const { kind, at = usualTime, rule: again } = rule.trigger;
  if (kind !== 'GOAL' && kind !== 'SCHEDULE') return undefined;
  const now = context.clock.instant();
  const time = await workingTimeOf(context, rule.calendar);
  if (kind === 'GOAL') return nextLook(at, now, time);
  const { startsOn = wallTimeOf(Date.parse(rule.createdAt), time.timeZone).day } = rule.trigger;
  const startsAt = momentOn(startsOn, at, time.timeZone);
  if (again !== undefined) return momentOf({ rule: again, startsAt, timeZone: time.timeZone }, now);
  return startsAt > now ? startsAt : undefined;
};

/** What is wrong with the rule is said of the trigger that it stands in. */
const momentOf = async (series: Parameters<typeof assertRule>[0], now: string): Promise<string | undefined> => {
  try {
    await assertRule(series);
    return await occurrenceAfter(
      series,
      new Date(Math.max(Date.parse(series.startsAt) - 1, Date.parse(now))).toISOString(),
    );
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError(error.code, error.message, ['trigger', 'rule']);
    throw error;
  }
};

/** The same, of a timetable that somebody has just said. @throws BAD_INPUT where it never comes */
export const firstLookOf = async (context: Context, rule: AlertRuleRow): Promise<string | undefined> => {
  const first = await nextLookOf(context, rule);
  if (first !== undefined || rule.trigger.kind !== 'SCHEDULE') return first;
  throw problemsError([{ code: 'BAD_INPUT', message: 'It never comes any more.', path: ['trigger', 'startsOn'] }]);
};

/** One timer for each rule that looks by the clock: what it sees is gone through in pieces, however much it is. */
export const lookByClock = timer(AlertRule, {
  describes:
    'Looks, at the time that a rule says, who is behind with a goal or which records are so; after a change, what happened before all knew of it.',
  run: async (rule, context) => {
    const rules = context.trusted(AlertRule);
    const isDue = (at: string | undefined): boolean => at !== undefined && at <= context.clock.instant();
    if (isDue(rule.looksBackAt)) {
      startGoing(context, rule.id, 'KNOWN', rule.looksBackFrom);
      rules.update(rule, { looksBackAt: null, looksBackFrom: null }, { aside: true });
    }
    if (!rule.active || !isDue(rule.looksAt)) return;
    startGoing(context, rule.id, 'TIME');
    rules.update(rule, { looksAt: (await nextLookOf(context, rule)) ?? null }, { aside: true });
  },
});
