import { reaction, timer, type Context, type DomainEvent } from '#kernel';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import { isOver, Work, type WorkRow } from './activity-extension.rules.ts';
import { close } from './enrolment.operations.ts';
import { Enrolment, type EnrolmentRow } from './enrolment.entity.ts';
import { goOn, leave, openJourney, stepOf, stop, type Journey } from './journey.operations.ts';
import { lateAt } from './moments.rules.ts';
import type { Step } from './sequence.entity.ts';
import { branchFor } from './sequence.rules.ts';
import { dropWork } from './work.operations.ts';

/** What people are told about sequences. */
export const sequenceNotifications: readonly NotificationKind[] = [
  {
    key: 'sequence.overdue',
    label: { es: 'Trabajo de un plan que va tarde', en: 'Late work of a plan' },
    usual: 'DIGEST',
  },
];

const dueOf = ({ dueAt, agendaAt }: WorkRow): string => dueAt ?? agendaAt;
const enrolmentIn = ({ data }: DomainEvent): string | undefined =>
  typeof data?.['enrolment'] === 'string' ? data['enrolment'] : undefined;

/** An enrolment goes on when the work of its step is done or dropped, and with its time when that moves. */
export const followWork = reaction('enrolmentsFollowWork', {
  describes: 'Moves enrolments on when the work of their step is over, and their watch when it is put to another time.',
  on: ['activity.*'],
  reads: (event) => [enrolmentIn(event) ?? event.record.id],
  run: async (event, context) => {
    const id = enrolmentIn(event);
    if (id === undefined || event.record.version === 1) return;
    const row = await context.trusted(Enrolment).find(id);
    const work = await context.trusted(Work).find(event.record.id);
    if (!work || row?.status !== 'RUNNING' || row.activity !== work.id || !isNews(row, work)) return;
    const journey = await openJourney(context, row);
    if (!journey) await stop(context, row, 'ARCHIVED');
    else if (isOver(work)) await close(journey, work);
    else retime(journey, dueOf(work));
  },
});

/** It is over, or was put to another time. */
const isNews = (row: EnrolmentRow, work: WorkRow): boolean => isOver(work) || row.stepAt !== dueOf(work);

const retime = (journey: Journey, stepAt: string): void => {
  const { context, row, time } = journey;
  const wakesAt = lateAt(time, stepAt, stepOf(journey)?.overdueAfterHours ?? 0);
  context.trusted(Enrolment).update(row, { stepAt, wakesAt, isOverdue: false }, { event: 'enrolment.retimed' });
};

/** A waiting step's time has come, or the work of a step is late. */
export const wake = timer(Enrolment, {
  describes: 'Comes to the step whose time has come, or sees to work that is late.',
  run: async (row, context) => {
    const journey = await openJourney(context, row);
    if (!journey) {
      await stop(context, row, 'ARCHIVED');
      return;
    }
    const work = row.activity === undefined ? undefined : await context.trusted(Work).find(row.activity);
    const step = stepOf(journey);
    if (!work || !step) await goOn(journey, { index: indexOf(journey), since: row.since, visits: row.visits });
    else if (isOver(work)) await close(journey, work);
    else await seeToLate(journey, step, work);
  },
});

const indexOf = ({ edition, row }: Journey): number =>
  Math.max(
    edition.steps.findIndex(({ key }) => key === row.step),
    0,
  );

/** The work itself says when it is due: its event may not have been heard yet. */
const seeToLate = async (journey: Journey, step: Step, work: WorkRow): Promise<void> => {
  const { context, row, time } = journey;
  const due = dueOf(work);
  if (lateAt(time, due, step.overdueAfterHours) > context.clock.instant()) {
    retime(journey, due);
    return;
  }
  const isLeft = step.overdue === 'SKIP' || branchFor(step, { when: 'OVERDUE' }) !== undefined;
  if (isLeft) {
    await dropWork(context, row, 'OVERDUE');
    await leave(journey, { when: 'OVERDUE' }, { outcome: 'OVERDUE' });
  } else if (step.overdue === 'STOP') await stop(context, row, 'OVERDUE');
  else await tell(context, row, work);
};

const tell = async (context: Context, row: EnrolmentRow, { owner, subject, id }: WorkRow): Promise<void> => {
  context.trusted(Enrolment).update(row, { isOverdue: true, wakesAt: null }, { event: 'enrolment.becameOverdue' });
  if (owner === undefined) return;
  const title = { es: `Va tarde: ${subject}`, en: `Late: ${subject}` };
  await notify(context, { to: [owner], kind: 'sequence.overdue', title, about: id });
};
