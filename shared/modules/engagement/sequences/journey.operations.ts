import { prefixOf, type AnyEntity, type AnyRow, type Context } from '#kernel';
import { filterHolds } from '#modules/platform/events';
import { workingTimeOf, type WorkingTime } from '#modules/platform/settings';
import { Enrolment, mostVisits, type EndReason, type EnrolmentRow, type StepVisit } from './enrolment.entity.ts';
import { momentOf, type Moment } from './moments.rules.ts';
import { SequenceEdition, type EditionRow, type Step } from './sequence.entity.ts';
import { activityKind, branchFor, type Outcome } from './sequence.rules.ts';
import { dropWork, planWork, runKind } from './work.operations.ts';

/** An enrolment with all that moving it on asks for. */
export type Journey = {
  readonly context: Context;
  readonly row: EnrolmentRow;
  readonly edition: EditionRow;
  readonly of: AnyEntity;
  readonly record: AnyRow;
  readonly time: WorkingTime;
};

/** Reads what an enrolment goes by; undefined where its record is gone or archived. */
export const openJourney = async (context: Context, row: EnrolmentRow): Promise<Journey | undefined> => {
  const of = context.registry.byPrefix.get(prefixOf(row.record));
  const [edition, record] = await Promise.all([
    context.trusted(SequenceEdition).get(row.edition),
    of && context.trusted(of).find(row.record),
  ]);
  if (!of || !record || record.archivedAt !== undefined) return undefined;
  return { context, row, edition, of, record, time: await workingTimeOf(context, edition.calendar) };
};

/** The step at which an enrolment stands. */
export const stepOf = ({ edition, row }: Pick<Journey, 'edition' | 'row'>): Step | undefined =>
  edition.steps.find(({ key }) => key === row.step);

/** A value of a record by its path: `custom.contractEnd`. */
const valueAt = (row: AnyRow, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inside, step) => (inside as Readonly<Record<string, unknown>> | undefined)?.[step], row);

/** When a step is to be done, counted from the end of the one before. */
export const momentFor = ({ context, row, record, time }: Journey, step: Step, since: string): Moment | undefined =>
  momentOf(time, step.offset, {
    now: context.clock.instant(),
    previous: since,
    start: row.createdAt,
    field: (name) => valueAt(record, name),
  });

/** Whether what the sequence is for has come about. */
export const isReached = ({ context, edition, of, record }: Omit<Journey, 'row' | 'time'>): boolean =>
  edition.goal !== undefined && filterHolds(of, edition.goal, record, context.actor.country);

/** Whether a step applies to the record as it is. */
const isApt = ({ context, of, record }: Journey, { condition }: Step): boolean =>
  condition === undefined || filterHolds(of, condition, record, context.actor.country);

/** Where a walk through the steps has come. */
type Walk = { readonly index: number; readonly since: string; readonly visits: readonly StepVisit[] };

/** From a step on: leaves out what does not apply, does what is to be done, and stays where something must be awaited. */
export const goOn = async (journey: Journey, start: Walk): Promise<EnrolmentRow> => {
  if (isReached(journey)) return end(journey, 'GOAL', start.visits);
  let walk: Walk | EnrolmentRow = start;
  for (;;) {
    const step: Step | undefined = journey.edition.steps[walk.index];
    // Whoever has gone in circles for so long gets nowhere.
    if (!step || walk.visits.length >= mostVisits) return end(journey, 'STEPS', walk.visits);
    const next: Walk | EnrolmentRow = await enter(journey, step, walk);
    if ('id' in next) return next;
    walk = next;
  }
};

/** Comes to a step: stays at it, or answers where to go on. */
const enter = async (journey: Journey, step: Step, walk: Walk): Promise<Walk | EnrolmentRow> => {
  const now = journey.context.clock.instant();
  const moment = momentFor(journey, step, walk.since);
  const isAhead = step.kind === activityKind && step.ahead;
  if (moment && !isAhead && moment.opensAt > now)
    return stay(journey, step, walk, { stepAt: moment.opensAt, wakesAt: moment.opensAt, activity: null });
  if (!moment || !isApt(journey, step))
    return {
      ...walk,
      index: walk.index + 1,
      visits: [...walk.visits, { step: step.key, outcome: 'SKIPPED', at: now }],
    };
  if (step.kind !== activityKind) {
    const result = await runKind(journey, step);
    return typeof result === 'object'
      ? pauseAt(journey, step, walk, result.problem)
      : after(journey, step, walk, result);
  }
  const planned = await planWork(journey, step, moment);
  if ('problem' in planned) return pauseAt(journey, step, walk, planned.problem);
  return stay(journey, step, walk, { stepAt: moment.dueAt, wakesAt: planned.lateAt, activity: planned.activity });
};

type Stay = { readonly stepAt: string; readonly wakesAt: string; readonly activity: string | null };

const stay = ({ context, row }: Journey, step: Step, { since, visits }: Walk, how: Stay): EnrolmentRow =>
  context
    .trusted(Enrolment)
    .update(row, { ...standing(row, step), ...how, since, visits, isOverdue: false }, { event: 'enrolment.advanced' });

const standing = ({ sequence }: EnrolmentRow, { key }: Step) => ({ step: key, place: `${sequence}/${key}` });

/** What cannot be done is shown to people instead of being tried for ever; `resumeEnrolment` tries it again. */
const pauseAt = ({ context, row }: Journey, step: Step, { since, visits }: Walk, problem: string): EnrolmentRow =>
  context.trusted(Enrolment).move(row, 'PAUSED', {
    ...standing(row, step),
    activity: null,
    stepAt: null,
    wakesAt: null,
    since,
    visits,
    problem,
  });

/** A step of another module is done at once; its result may lead elsewhere. */
const after = (journey: Journey, step: Step, walk: Walk, result: string | undefined): Walk | EnrolmentRow => {
  const at = journey.context.clock.instant();
  const visit: StepVisit = { step: step.key, outcome: 'DONE', at, ...(result !== undefined && { result }) };
  const index = indexAfter(journey, step, { when: 'RESULT', ...(result !== undefined && { result }) });
  const visits = [...walk.visits, visit];
  return index === undefined ? end(journey, 'BRANCH', visits) : { index, since: at, visits };
};

/** The place of the step that follows from an outcome; undefined where the outcome ends the sequence. */
const indexAfter = ({ edition: { steps } }: Journey, step: Step, outcome: Outcome): number | undefined => {
  const branch = branchFor(step, outcome);
  if (!branch) return steps.indexOf(step) + 1;
  return branch.to === undefined ? undefined : steps.findIndex(({ key }) => key === branch.to);
};

/** Leaves the step at which an enrolment stands, with what became of its work. */
export const leave = async (
  journey: Journey,
  outcome: Outcome,
  what: Pick<StepVisit, 'outcome'> & { readonly since?: string },
): Promise<EnrolmentRow> => {
  const { context, row } = journey;
  const step = stepOf(journey);
  if (!step) return end(journey, 'STEPS', row.visits);
  const at = context.clock.instant();
  const visit: StepVisit = {
    step: step.key,
    outcome: what.outcome,
    at,
    ...(outcome.result !== undefined && { result: outcome.result }),
    ...(row.activity !== undefined && { activity: row.activity }),
  };
  const visits = [...row.visits, visit].slice(-mostVisits);
  const index = indexAfter(journey, step, outcome);
  if (index === undefined) return end(journey, 'BRANCH', visits);
  return goOn(journey, { index, since: what.since ?? at, visits });
};

/** What an enrolment holds once it has ended. */
const endValues = ({ clock }: Context, endReason: EndReason) => ({
  endReason,
  endedAt: clock.instant(),
  step: null,
  place: null,
  stepAt: null,
  wakesAt: null,
  activity: null,
  holds: null,
  problem: null,
  isOverdue: false,
});

const end = ({ context, row }: Pick<Journey, 'context' | 'row'>, reason: EndReason, visits: readonly StepVisit[]) =>
  context
    .trusted(Enrolment)
    .move(row, reason === 'STEPS' ? 'COMPLETED' : 'STOPPED', { ...endValues(context, reason), visits });

/** Ends an enrolment before its last step; the work that it has planned is not done any more. */
export const stop = async (context: Context, row: EnrolmentRow, reason: EndReason): Promise<EnrolmentRow> => {
  await dropWork(context, row, reason);
  return end({ context, row }, reason, row.visits);
};
