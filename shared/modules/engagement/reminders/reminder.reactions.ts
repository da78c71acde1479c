import { prefixOf, reaction, timer, type AnyRow, type Context, type Row } from '#kernel';
import { notify } from '#modules/platform/notifications';
import { Activity } from '#modules/engagement/activities';
import { Reminder, type ReminderRow } from './reminder.entity.ts';
import { endReminder, rearm } from './reminder.operations.ts';
import { dueMoment, wordsOf } from './reminder.rules.ts';

type Work = Row<typeof Activity>;

/** Whether there is nothing left to remind of. */
const isOver = (row: AnyRow | undefined): boolean =>
  row === undefined || row.archivedAt !== undefined || (isActivity(row) && row.status !== 'PLANNED');

const isActivity = (row: AnyRow): row is Work => prefixOf(row.id) === Activity.idPrefix;

/** The record itself says whether there is still something to remind of, and when: an index may be behind. */
export const ring = timer(Reminder, {
  describes: 'Tells its owner that a reminder is due, unless what it is about is over or has moved.',
  run: async (row, context) => {
    const about = await aboutOf(context, row);
    if (isOver(about)) {
      await endReminder(context, row, 'CANCELLED', true);
      return;
    }
    const due = about && isActivity(about) ? dueMoment(row, about) : undefined;
    const hasMoved = row.snoozes === 0 && due !== undefined && due > context.clock.instant();
    if (hasMoved) await rearm(context, row, { remindAt: due });
    else await tell(context, row);
  },
});

const aboutOf = async ({ trusted, registry }: Context, { about }: ReminderRow): Promise<AnyRow | undefined> => {
  const of = registry.byPrefix.get(prefixOf(about));
  return of && trusted(of).find(about);
};

const tell = async (context: Context, row: ReminderRow): Promise<void> => {
  const [told] = await notify(context, {
    to: row.owner === undefined ? [] : [row.owner],
    kind: row.kind === 'CALL_BACK' ? 'reminder.callBack' : 'reminder.due',
    title: wordsOf(row),
    about: row.about,
  });
  const rangAt = context.clock.instant();
  context.trusted(Reminder).move(row, 'RUNG', { rangAt, ...(told && { notification: told.id }) });
};

/** Reminders of one activity that are kept up; nobody sets more. */
const mostKept = 30;

/** A reminder goes with its activity: it moves when that moves, ends when that ends, and comes back with it. */
export const followActivity = reaction('remindersFollowActivity', {
  describes: 'Moves, ends and revives the reminders of an activity with it.',
  on: ['activity.*'],
  run: async ({ record, changed }, context) => {
    if (record.version === 1 || !moves.some((name) => name in changed)) return;
    const activity = await context.trusted(Activity).find(record.id);
    if (!activity) return;
    for (const row of await remindersOf(context, record.id)) await follow(context, row, activity);
  },
});

/** Changes of an activity that its reminders follow. */
const moves = ['startsAt', 'dueAt', 'status', 'archivedAt'] as const;

const remindersOf = async ({ trusted }: Context, about: string): Promise<readonly ReminderRow[]> => {
  const pages = await Promise.all(
    [true, false].map((open) => trusted(Reminder).page('byAbout', { of: about, open, first: mostKept })),
  );
  const rows = await trusted(Reminder).getMany(pages.flatMap((page) => page.rows.map(({ id }) => id)));
  return [...rows.values()].filter(({ archivedAt }) => archivedAt === undefined);
};

const follow = async (context: Context, row: ReminderRow, activity: Work): Promise<void> => {
  const isOpen = row.status === 'WAITING' || row.status === 'RUNG';
  if (isOver(activity)) {
    if (isOpen) await endReminder(context, row, 'CANCELLED', true);
    return;
  }
  const due = dueMoment(row, activity);
  const isAhead = due !== undefined && due > context.clock.instant();
  const hasMoved = isOpen && row.minutesBefore !== undefined && due !== row.remindAt;
  if (isAhead && (hasMoved || row.isOvertaken)) await rearm(context, row, { remindAt: due, snoozes: 0 });
};
