import { forbidden, mayTouch, mutation, optional, ref, text, versionInput, type Context } from '#kernel';
import { Work, type WorkRow } from './activity-extension.rules.ts';
import { Enrolment, type EnrolmentRow } from './enrolment.entity.ts';
import { goOn, leave, momentFor, openJourney, stepOf, stop, type Journey } from './journey.operations.ts';
import { lateAt } from './moments.rules.ts';

const own = { id: ref('Enrolment', { describes: 'Which one.' }), version: optional(versionInput) };

/** An enrolment that the actor may steer, though its work be for somebody whom the actor does not see. @throws NOT_FOUND, FORBIDDEN */
const steered = async ({ data, actor }: Context, id: string): Promise<EnrolmentRow> => {
  const row = await data(Enrolment).get(id);
  if (!mayTouch(actor, Enrolment, row, 'update')) throw forbidden('You may not change this enrolment.');
  return row;
};

export const pauseEnrolment = mutation('pauseEnrolment', {
  describes: 'Holds a record at its step: nothing follows and nothing becomes late until it is resumed.',
  needs: 'enrolment.update',
  input: { ...own, reason: optional(text({ describes: 'Why.' })) },
  returns: Enrolment,
  run: async ({ id, reason }, context) => {
    const row = await steered(context, id);
    return context.trusted(Enrolment).move(row, 'PAUSED', { problem: reason ?? null, isOverdue: false });
  },
});

export const resumeEnrolment = mutation('resumeEnrolment', {
  describes:
    'Lets a paused record go on from its step. Work that was done meanwhile counts; what would be late by now gets its time anew.',
  needs: 'enrolment.update',
  input: own,
  returns: Enrolment,
  run: async ({ id }, context) => {
    const row = context.trusted(Enrolment).move(await steered(context, id), 'RUNNING', { problem: null });
    const journey = await openJourney(context, row);
    return journey ? resume(journey) : stop(context, row, 'ARCHIVED');
  },
});

const resume = async (journey: Journey): Promise<EnrolmentRow> => {
  const { context, row, edition } = journey;
  const work = row.activity === undefined ? undefined : await context.trusted(Work).find(row.activity);
  if (work) return work.status === 'PLANNED' ? anew(journey, work) : close(journey, work);
  const index = Math.max(
    edition.steps.findIndex(({ key }) => key === row.step),
    0,
  );
  return goOn(journey, { index, since: row.since, visits: row.visits });
};

/** What work of a step has come to, once it is over. */
export const close = (journey: Journey, { status, result, completedAt }: WorkRow): Promise<EnrolmentRow> =>
  status === 'DONE'
    ? leave(
        journey,
        { when: 'RESULT', ...(result !== undefined && { result }) },
        { outcome: 'DONE', ...(completedAt !== undefined && { since: completedAt }) },
      )
    : leave(journey, { when: 'DROPPED' }, { outcome: 'DROPPED' });

/** Work whose time went by while its enrolment was paused is planned for another time. */
const anew = (journey: Journey, work: WorkRow): EnrolmentRow => {
  const { context, row, time } = journey;
  const step = stepOf(journey);
  const now = context.clock.instant();
  const due = work.dueAt ?? work.agendaAt;
  const moment = step && due <= now ? momentFor(journey, step, now) : undefined;
  if (moment)
    context
      .trusted(Work)
      .update(work, { dueAt: moment.dueAt, startsAt: moment.startsAt ?? null }, { event: 'activity.postponed' });
  const stepAt = moment?.dueAt ?? due;
  const wakesAt = lateAt(time, stepAt, step?.overdueAfterHours ?? 0);
  return context.trusted(Enrolment).update(row, { stepAt, wakesAt, isOverdue: false });
};

export const stopEnrolment = mutation('stopEnrolment', {
  describes: 'Takes a record out of a sequence; the work that it has planned is dropped.',
  needs: 'enrolment.update',
  input: own,
  returns: Enrolment,
  run: async ({ id }, context) => stop(context, await steered(context, id), 'HAND'),
});
