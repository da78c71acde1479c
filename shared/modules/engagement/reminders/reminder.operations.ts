import {
  change,
  creation,
  dateTime,
  DomainError,
  integer,
  mutation,
  notFound,
  optional,
  prefixOf,
  ref,
  versionInput,
  type AnyRow,
  type ChangesOf,
  type Context,
  type Row,
} from '#kernel';
import { markRead } from '#modules/platform/notifications';
import { Activity } from '#modules/engagement/activities';
import { Reminder, type ReminderRow } from './reminder.entity.ts';
import { momentFor, type Asked } from './reminder.rules.ts';

const failures = ['NO_TIME', 'PAST'];
const own = { id: ref('Reminder', { describes: 'Which one.' }), version: optional(versionInput) };

/** The record that a reminder is about, as its maker may see it. @throws NOT_FOUND */
const seen = async ({ records }: Context, about: string): Promise<AnyRow> => {
  const row = (await records([about])).get(about);
  if (!row) throw notFound('record', about);
  return row;
};

const activityOf = (row: AnyRow): Row<typeof Activity> | undefined =>
  prefixOf(row.id) === Activity.idPrefix ? (row as Row<typeof Activity>) : undefined;

const subjectOf = ({ registry }: Context, row: AnyRow, note: string | null | undefined): string =>
  (note ?? registry.byPrefix.get(prefixOf(row.id))?.title(row) ?? '').slice(0, 300);

export const createReminder = creation(Reminder, 'createReminder', {
  describes:
    'Sets a reminder of a record: at a time, or so many minutes before an activity. Without an owner it is one’s own.',
  needs: 'reminder.create',
  input: {},
  returns: Reminder,
  fails: failures,
  run: async ({ values }, context) => {
    const about = await seen(context, values.about);
    const remindAt = momentFor(values, activityOf(about), context.clock.instant());
    const subject = subjectOf(context, about, values.note);
    return context.data(Reminder).create({ ...values, remindAt, subject, snoozes: 0, isOvertaken: false });
  },
});

export const updateReminder = change(Reminder, 'updateReminder', {
  describes: 'Changes a reminder: absent fields stay, null clears. With a new time one that was due waits again.',
  needs: 'reminder.update',
  input: { id: own.id, version: versionInput },
  returns: Reminder,
  fails: failures,
  run: async ({ id, changes }, context) => {
    const row = await context.data(Reminder).get(id);
    const about = await seen(context, changes.about ?? row.about);
    const asked: Asked = { at: row.at, minutesBefore: row.minutesBefore, ...changes };
    const subject = subjectOf(context, about, changes.note === undefined ? row.note : changes.note);
    if (!('at' in changes || 'minutesBefore' in changes || 'about' in changes))
      return context.data(Reminder).update(row, { ...changes, subject });
    const remindAt = momentFor(asked, activityOf(about), context.clock.instant());
    return rearm(context, row, { ...changes, subject, remindAt });
  },
});

/** Lets a reminder wait for a moment; what its owner was told before is done with. */
export const rearm = async (
  context: Context,
  row: ReminderRow,
  changes: ChangesOf<typeof Reminder>,
  event?: string,
): Promise<ReminderRow> => {
  if (row.notification !== undefined) await markRead(context, [row.notification]);
  const values = { ...changes, notification: null, isOvertaken: false };
  const { data } = context;
  return row.status === 'WAITING'
    ? data(Reminder).update(row, values)
    : data(Reminder).move(row, 'WAITING', values, event === undefined ? {} : { event });
};

export const snoozeReminder = mutation('snoozeReminder', {
  describes: 'Puts a reminder off: by minutes from now, or until a time.',
  needs: 'reminder.snooze',
  input: {
    ...own,
    minutes: optional(integer({ min: 1, max: 40_320, describes: 'So many minutes from now.' })),
    until: optional(dateTime({ describes: 'Until then.' })),
  },
  returns: Reminder,
  fails: ['PAST'],
  run: async ({ id, minutes, until }, context) => {
    const row = await context.data(Reminder).get(id);
    assertOpen(row);
    const now = context.clock.now().getTime();
    const later = minutes === undefined ? undefined : new Date(now + minutes * 60_000).toISOString();
    if ((later === undefined) === (until === undefined))
      throw new DomainError('BAD_INPUT', 'Say either for how many minutes, or until when.', ['minutes']);
    const remindAt = momentFor({ at: later ?? until ?? null }, undefined, context.clock.instant());
    return rearm(context, row, { remindAt, snoozes: row.snoozes + 1 }, 'reminder.snoozed');
  },
});

const assertOpen = ({ status }: ReminderRow): void => {
  if (status === 'DONE' || status === 'CANCELLED')
    throw new DomainError('INVALID_STATE', `This reminder is ${status}.`, ['id']);
};

/** Ends a reminder; what its owner was told is done with. */
export const endReminder = async (
  context: Context,
  row: ReminderRow,
  status: 'DONE' | 'CANCELLED',
  isOvertaken = false,
): Promise<ReminderRow> => {
  if (row.notification !== undefined) await markRead(context, [row.notification]);
  return context.data(Reminder).move(row, status, { isOvertaken });
};

export const completeReminder = mutation('completeReminder', {
  describes: 'Ends a reminder: what it reminded of is done.',
  needs: 'reminder.complete',
  input: own,
  returns: Reminder,
  run: async ({ id }, context) => endReminder(context, await context.data(Reminder).get(id), 'DONE'),
});

export const cancelReminder = mutation('cancelReminder', {
  describes: 'Takes a reminder back.',
  needs: 'reminder.complete',
  input: own,
  returns: Reminder,
  run: async ({ id }, context) => endReminder(context, await context.data(Reminder).get(id), 'CANCELLED'),
});
