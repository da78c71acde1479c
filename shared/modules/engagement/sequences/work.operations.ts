import { DomainError, type AnyEntity, type AnyRow, type Context } from '#kernel';
import { ActivityType, placeOf } from '#modules/engagement/activities';
import type { WorkingTime } from '#modules/platform/settings';
import { isOver, Work, type WorkRow } from './activity-extension.rules.ts';
import type { EndReason, EnrolmentRow } from './enrolment.entity.ts';
import { stepKindsIn } from './extension-points.rules.ts';
import { lateAt, type Moment } from './moments.rules.ts';
import { holderOf } from './places.operations.ts';
import type { Step } from './sequence.entity.ts';

type On = {
  readonly context: Context;
  readonly row: EnrolmentRow;
  readonly of: AnyEntity;
  readonly record: AnyRow;
  readonly time: WorkingTime;
};
type Problem = { readonly problem: string };
type Planned = { readonly activity: string; readonly lateAt: string };

/** Plans the work of a step. It stands where its record stands, for whoever the step names. */
export const planWork = async (on: On, step: Step, moment: Moment): Promise<Planned | Problem> => {
  const { context, row, of, record, time } = on;
  const type = await context.trusted(ActivityType).find(step.activityType ?? '');
  if (!type || type.archivedAt !== undefined) return { problem: 'Its kind of work is archived.' };
  const activity = context.trusted(Work).create({
    ...(await placeOf(context, of, record)),
    ...(await holderOf(context, step, record)),
    type: type.id,
    kind: type.kind,
    subject: (step.subject ?? '').replaceAll('{record}', of.title(record)).slice(0, 200),
    ...(step.notes !== undefined && { notes: step.notes }),
    ...(type.minutes !== undefined && { minutes: type.minutes }),
    ...(moment.startsAt !== undefined && { startsAt: moment.startsAt }),
    dueAt: moment.dueAt,
    timeZone: time.timeZone,
    postponed: 0,
    enrolment: row.id,
  });
  return { activity: activity.id, lateAt: lateAt(time, moment.dueAt, step.overdueAfterHours) };
};

/** Does a step of a kind that a module adds; answers its result, or what stands in its way. */
export const runKind = async ({ context, row, record }: On, step: Step): Promise<string | undefined | Problem> => {
  const kind = stepKindsIn(context.registry).find(({ key }) => key === step.kind);
  if (!kind) return { problem: `There are no steps of the kind ${step.kind} any more.` };
  try {
    return await kind.run(step, { record, enrolment: row }, context);
  } catch (error) {
    if (error instanceof DomainError) return { problem: error.message.slice(0, 200) };
    throw error;
  }
};

const dropped: Readonly<Record<EndReason, string>> = {
  STEPS: 'The sequence has ended.',
  BRANCH: 'The sequence has ended.',
  GOAL: 'What the sequence is for has come about.',
  REPLY: 'The customer has answered.',
  HAND: 'The sequence was stopped.',
  ARCHIVED: 'The record was archived.',
  OVERDUE: 'It was not done in time.',
};

/** What an enrolment has planned is dropped, unless it has been done. */
export const dropWork = async (
  { trusted }: Context,
  { activity }: EnrolmentRow,
  reason: EndReason,
): Promise<WorkRow | undefined> => {
  const work = activity === undefined ? undefined : await trusted(Work).find(activity);
  if (!work || isOver(work)) return undefined;
  return trusted(Work).move(work, 'DROPPED', { droppedReason: dropped[reason] });
};
