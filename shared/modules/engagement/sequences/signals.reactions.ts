import { matchesType, prefixOf, reaction, type AnyEntity, type Context, type DomainEvent } from '#kernel';
import { forget } from '#kernel/remember';
import { isOver, Work, type WorkRow } from './activity-extension.rules.ts';
import { enrolling, isRefusal, openEntrance } from './enrol.operations.ts';
import { Enrolment, type EndReason, type EnrolmentRow } from './enrolment.entity.ts';
import { repliesIn, type Reply } from './extension-points.rules.ts';
import { goOn, isReached, momentFor, openJourney, stepOf, stop, type Journey } from './journey.operations.ts';
import { knownIn, knownSequences } from './known.operations.ts';
import { lateAt, type Moment } from './moments.rules.ts';
import { Sequence, SequenceEdition, type SequenceRow, type Signal, type Step } from './sequence.entity.ts';
import { subjectOf } from './signals.rules.ts';
import { dropWork } from './work.operations.ts';

/** What is done with a customer who turned to us is an answer: by account, contact, opportunity or whatever else it is for. */
export const inboundWork: Reply = {
  on: 'activity.completed',
  repliedBy: ({ data = {} }) =>
    data['direction'] === 'INBOUND' ? Object.values(data).filter((value) => typeof value === 'string') : [],
};

/** A customer who writes has answered; machines that do have not. */
export const inboundMail: Reply = {
  on: 'inboundMail.received',
  repliedBy: ({ data = {} }) =>
    data['direction'] === 'INBOUND' && data['outcome'] !== 'IGNORED'
      ? [data['record'], data['contact'], data['account']].filter((id) => typeof id === 'string')
      : [],
};

/** What happens to records starts and ends their way through sequences. Definitions are remembered for a minute. */
export const followSignals = reaction('sequencesFollowEvents', {
  describes: 'Enrols records and ends enrolments when what their sequences wait for has happened.',
  on: ['*'],
  run: async (event, context) => {
    if (event.record.type === Sequence.name) forget(context, knownIn(event.tenant));
    const sequences = await knownSequences(context);
    if (sequences.length === 0) return;
    await followRecord(context, event, sequences);
    await endOnSignals(context, event, sequences);
    await endOnReplies(context, event, sequences);
    if (event.silent !== true) await startOnSignals(context, event, sequences);
  },
});

/** Enrolments that a record has at once; it is in each sequence once. */
const mostOpen = 100;

const openOnes = async (context: Context, record: string): Promise<readonly EnrolmentRow[]> => {
  const enrolments = context.trusted(Enrolment);
  const { rows } = await enrolments.page('byRecord', { of: record, first: mostOpen });
  const current = await enrolments.getMany(rows.map(({ id }) => id));
  return [...current.values()].filter(({ status }) => status === 'RUNNING' || status === 'PAUSED');
};

/** The record itself has changed: it is archived, its goal is reached, it has changed hands, its date has moved. */
const followRecord = async (
  context: Context,
  { record, changed }: DomainEvent,
  sequences: readonly SequenceRow[],
): Promise<void> => {
  if (record.version === 1 || !sequences.some(({ of }) => of === record.type)) return;
  for (const row of await openOnes(context, record.id)) {
    const journey = await openJourney(context, row);
    if (!journey) await stop(context, row, 'ARCHIVED');
    else if (isReached(journey)) await stop(context, row, 'GOAL');
    else await followFields(journey, Object.keys(changed));
  }
};

const followFields = async (journey: Journey, changed: readonly string[]): Promise<void> => {
  const hasMoved = changed.includes('ownerId') || changed.includes('teamId');
  const row = hasMoved ? followHolder(journey) : journey.row;
  if (row.status === 'RUNNING') await followDate({ ...journey, row }, changed);
};

const followHolder = ({ context, row, record }: Journey): EnrolmentRow =>
  context.trusted(Enrolment).update(row, { owner: record.ownerId ?? null, team: record.teamId ?? null });

/** The step at which an enrolment stands, where it goes by a date field that has changed. */
const datedStep = (journey: Journey, changed: readonly string[]): Step | undefined => {
  const step = stepOf(journey);
  const [field = ''] = step?.offset.field?.split('.') ?? [];
  return changed.includes(field) ? step : undefined;
};

/** A step that goes by a date field moves with it. */
const followDate = async (journey: Journey, changed: readonly string[]): Promise<void> => {
  const { context, row, edition } = journey;
  const step = datedStep(journey, changed);
  if (!step) return;
  const moment = momentFor(journey, step, row.since);
  const work = row.activity === undefined ? undefined : await context.trusted(Work).find(row.activity);
  if (!work || !moment) {
    await dropWork(context, row, 'BRANCH');
    await goOn(journey, { index: edition.steps.indexOf(step), since: row.since, visits: row.visits });
  } else if (!isOver(work) && work.dueAt !== moment.dueAt) moveWork(journey, step, work, moment);
};

const moveWork = ({ context, row, time }: Journey, step: Step, work: WorkRow, moment: Moment): void => {
  const times = { dueAt: moment.dueAt, startsAt: moment.startsAt ?? null };
  context.trusted(Work).update(work, times, { event: 'activity.postponed' });
  const wakesAt = lateAt(time, moment.dueAt, step.overdueAfterHours);
  context
    .trusted(Enrolment)
    .update(row, { stepAt: moment.dueAt, wakesAt, isOverdue: false }, { event: 'enrolment.retimed' });
};

const entityOf = ({ registry }: Context, { record }: DomainEvent): AnyEntity | undefined =>
  registry.entities.get(record.type);

/** The records about which any of these signals is. */
const subjectsIn = (context: Context, event: DomainEvent, signals: readonly Signal[]): ReadonlySet<string> =>
  new Set(signals.flatMap((signal) => subjectOf(signal, event, entityOf(context, event), context.actor) ?? []));

const endOnSignals = async (context: Context, event: DomainEvent, sequences: readonly SequenceRow[]): Promise<void> => {
  const subjects = subjectsIn(
    context,
    event,
    sequences.flatMap(({ ends }) => ends),
  );
  for (const subject of subjects) {
    for (const row of await openOnes(context, subject)) {
      const { ends } = await context.trusted(SequenceEdition).get(row.edition);
      if (subjectsIn(context, event, ends).has(subject)) await stopOnce(context, row, 'GOAL');
    }
  }
};

const endOnReplies = async (context: Context, event: DomainEvent, sequences: readonly SequenceRow[]): Promise<void> => {
  const prefixes = new Set(sequences.flatMap(({ of }) => context.registry.entities.get(of)?.idPrefix ?? []));
  const replies = repliesIn(context.registry).filter(({ on }) => matchesType(on, event.type));
  const subjects = new Set(
    replies.flatMap(({ repliedBy }) => repliedBy(event)).filter((id) => prefixes.has(prefixOf(id))),
  );
  for (const subject of subjects) {
    for (const row of await openOnes(context, subject)) {
      const { stopsOnReply } = await context.trusted(SequenceEdition).get(row.edition);
      if (stopsOnReply) await stopOnce(context, row, 'REPLY');
    }
  }
};

/** One event may end an enrolment in several ways; the first one counts. */
const stopOnce = async (context: Context, row: EnrolmentRow, reason: EndReason): Promise<void> => {
  const current = await context.trusted(Enrolment).get(row.id);
  if (current.status === 'RUNNING' || current.status === 'PAUSED') await stop(context, current, reason);
};

const startOnSignals = async (
  context: Context,
  event: DomainEvent,
  sequences: readonly SequenceRow[],
): Promise<void> => {
  for (const { id, starts } of sequences.filter(({ active }) => active)) {
    for (const subject of subjectsIn(context, event, starts)) await start(context, id, subject, event.type);
  }
};

/** Whoever is in it already, or may not enter, is passed over; anything else is tried again. */
const start = async (context: Context, sequence: string, record: string, cause: string): Promise<void> => {
  const { active } = await context.trusted(Sequence).get(sequence);
  if (!active) return;
  const entrance = await openEntrance(context, sequence, 'trusted');
  const [outcome] = await context.together([enrolling(entrance, record, { cause, rights: 'trusted' })]);
  if (outcome?.status === 'failed' && !isRefusal(outcome)) throw outcome.error;
};
