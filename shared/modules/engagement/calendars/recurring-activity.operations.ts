import {
  change,
  creation,
  dateTime,
  derivedOptional,
  DomainError,
  extended,
  mutation,
  optional,
  recordInput,
  ref,
  versionInput,
  type Context,
  type Row,
} from '#kernel';
import { readOn } from '#kernel/read-on';
import { Activity, ActivityType } from '#modules/engagement/activities';
import { assertRule, occurrencesOf } from '#modules/platform/settings';
import { daysAhead, RecurringActivity, type RecurringActivityRow } from './recurring-activity.entity.ts';

/** What series add to an activity. */
export const activityFields = {
  series: derivedOptional(ref('RecurringActivity', { describes: 'The series that it is an occurrence of.' })),
  occurrence: derivedOptional(dateTime({ describes: 'When the series has it, wherever it was moved.' })),
};
export const Occurrence = extended(Activity, activityFields);
export type OccurrenceRow = Row<typeof Occurrence>;

/** One a day, and some days of two: an operation writes at most a hundred rows, the old ones included. */
const mostAtOnce = 46;
const mostOpen = 500;
const dayLength = 86_400_000;

export const createRecurringActivity = creation(RecurringActivity, 'createRecurringActivity', {
  describes:
    'Plans work that comes again. The occurrences of the next weeks are in the agenda at once, later ones in time.',
  needs: 'activity.create',
  input: {},
  returns: RecurringActivity,
  fails: ['RULE_INVALID', 'RULE_TOO_OFTEN'],
  run: async ({ values }, context) => {
    const { minutes } = await context.trusted(ActivityType).get(values.type);
    const timeZone = values.timeZone ?? context.actor.timeZone;
    await assertRule({ ...values, timeZone });
    const usual = minutes === undefined ? {} : { minutes };
    const series = context.data(RecurringActivity).create({ ...usual, ...values, timeZone, except: [] });
    return planAhead(context, series, series.startsAt);
  },
});

export const updateRecurringActivity = change(RecurringActivity, 'updateRecurringActivity', {
  describes: 'Changes a series from now on: occurrences ahead that nobody has moved are planned anew.',
  needs: 'activity.update',
  input: recordInput('RecurringActivity'),
  returns: RecurringActivity,
  fails: ['RULE_INVALID', 'RULE_TOO_OFTEN'],
  run: async ({ id, changes }, context) => {
    const series = await context.data(RecurringActivity).get(id);
    const changed = context.data(RecurringActivity).update(series, changes);
    await assertRule(timesOf(context, changed));
    await clearAhead(context, series);
    return planAhead(context, changed, context.clock.instant());
  },
});

export const endRecurringActivity = mutation('endRecurringActivity', {
  describes: 'Ends a series: what lies ahead of it leaves the agenda, except for what was moved.',
  needs: 'activity.update',
  input: { id: ref('RecurringActivity', { describes: 'Which one.' }), version: optional(versionInput) },
  returns: RecurringActivity,
  run: async ({ id }, context) => {
    const series = await context.data(RecurringActivity).get(id);
    await clearAhead(context, series);
    return context.data(RecurringActivity).move(series, 'ENDED');
  },
});

/** A series as a recurrence. */
export const timesOf = ({ actor }: Context, { rule, startsAt, timeZone, except }: RecurringActivityRow) => ({
  rule,
  startsAt,
  timeZone: timeZone ?? actor.timeZone,
  except,
});

/** Puts the occurrences from a moment on into the agenda. @throws RULE_TOO_OFTEN */
export const planAhead = async (
  context: Context,
  series: RecurringActivityRow,
  from: string,
): Promise<RecurringActivityRow> => {
  const start = Math.max(context.clock.now().getTime(), Date.parse(series.startsAt));
  const to = new Date(start + daysAhead * dayLength).toISOString();
  const times = await occurrencesOf(timesOf(context, series), { from, to, most: mostAtOnce + 1 });
  if (times.length > mostAtOnce)
    throw new DomainError('RULE_TOO_OFTEN', 'Work comes again once a day at most.', ['rule']);
  const { kind } = await context.trusted(ActivityType).get(series.type);
  for (const at of times) context.trusted(Occurrence).create(occurrenceOf(series, kind, at));
  return context
    .trusted(RecurringActivity)
    .update(series, { plannedUntil: to }, { event: 'recurringActivity.continued' });
};

const occurrenceOf = (series: RecurringActivityRow, kind: OccurrenceRow['kind'], at: string) => {
  const { id, subject, type, account, contact, opportunity, notes, location, owner, minutes } = series;
  const values = { account, contact, opportunity, notes, location, owner, minutes };
  const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return { ...known, subject, type, kind, startsAt: at, series: id, occurrence: at, postponed: 0 };
};

/** Takes what lies ahead, untouched, out of the agenda. */
const clearAhead = async (context: Context, { id, owner }: RecurringActivityRow): Promise<void> => {
  if (owner === undefined) return;
  const activities = context.trusted(Occurrence);
  const ahead = { of: owner, from: context.clock.instant() };
  const { rows } = await readOn((page) => activities.page('byOwner', { ...ahead, ...page }), mostOpen);
  const own = rows.filter(({ series }) => series === id);
  for (const { id: each } of own) {
    const activity = await activities.get(each);
    if (activity.status === 'PLANNED' && activity.startsAt === activity.occurrence && activity.archivedAt === undefined)
      activities.archive(activity);
  }
};

/** What the timer does: the next weeks join the agenda. */
export const goOn = async (series: RecurringActivityRow, context: Context): Promise<void> => {
  await planAhead(context, series, series.plannedUntil ?? series.startsAt);
};
