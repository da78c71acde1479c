import { given, type Context, type Row } from '#kernel';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { ActivityType } from './activity-type.entity.ts';
import { Activity } from './activity.entity.ts';
import { withQueue } from './queue.rules.ts';

/** Work that the product gives to somebody. */
export type Task = {
  /** The key of its type; TASK when absent. */
  readonly type?: 'TASK' | 'CALL';
  readonly subject: string;
  readonly notes?: string;
  /** Until the end of which day. */
  readonly dueOn: string;
  readonly account?: string;
  readonly contact?: string;
  readonly about?: string;
  readonly opportunity?: string;
  readonly owner?: string;
  readonly team?: string;
  readonly department?: string;
  readonly role?: string;
  readonly priority?: 'LOW' | 'NORMAL' | 'HIGH';
  /** Working minutes after which the manager above is told. */
  readonly escalateAfter?: number;
};

/** Plans a task in the caller's write. A tenant that has no work of its type gets none. */
export const planTask = async (
  context: Context,
  { type: key = 'TASK', dueOn, ...task }: Task,
): Promise<Row<typeof Activity> | undefined> => {
  const { trusted, actor } = context;
  const type = await trusted(ActivityType).findUnique('key', key);
  if (!type) return undefined;
  const dueAt = dayStart(dayAfter(dueOn), actor.timeZone);
  const fromType = { type: type.id, kind: type.kind, minutes: type.minutes, timeZone: actor.timeZone, postponed: 0 };
  return trusted(Activity).create(given({ ...fromType, ...withQueue(task), dueAt }));
};
