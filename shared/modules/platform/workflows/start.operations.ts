// A run begins: once for each event, moment or call, however often it is heard.
import { derivedId, DomainError, prefixOf, type AnyRow, type Context, type Runtime } from '#kernel';
import { untilWon } from '#kernel/lost-race';
import { readOn } from '#kernel/read-on';
import { loadMany } from '#kernel/unit';
import { firstLook, overValues } from './keep-transition.operations.ts';
import { openPlace, operationOf, publisherOf, write, type Cause } from './places.operations.ts';
import type { Given } from './step-kinds.rules.ts';
import { withdrawAsked } from './withdraw-asked.operations.ts';
import { Workflow, type WorkflowRow } from './workflow.entity.ts';
import { WorkflowRun, type RunRow } from './workflow-run.entity.ts';

/** What starts a run. */
export type Start = {
  readonly record?: string;
  /** The type of the event, or MANUAL, SCHEDULE, WEBHOOK. */
  readonly cause: string;
  /** What tells it from others: the same starts one run. */
  readonly causedBy: string;
  /** `event` and `input`, as steps may use them. */
  readonly trigger: Given;
  readonly chain: Cause;
};

/** Tries to get a place that others want too. */
const mostTries = 4;
/** Runs that may cause one another in a row. */
const mostDepth = 10;

/** The place of a run on its record. */
export const laneOf = (workflow: string, record: string | undefined): string => `${workflow}/${record ?? '-'}`;

/**
 * Starts a run of a workflow with the rights of who published it; answers its id also where it was started before. Undefined
 * where it may not start: the workflow is off, the record is not there, another run has its place, it has run often enough.
 */
export const startRun = async (
  runtime: Runtime,
  tenant: string,
  workflow: WorkflowRow,
  start: Start,
): Promise<string | undefined> => {
  const id = await idOf(runtime.ports, tenant, workflow, start);
  try {
    const actor = await publisherOf(runtime, tenant, workflow.publishedBy);
    return await untilWon(mostTries, () => startOnce(runtime, { actor, id, workflow, start }));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Somebody else has got the place a moment ago, and the queue asks again; all else is for people to see to.
    if (error.code === 'NOT_UNIQUE') throw error;
    runtime.log.warn('A workflow could not start.', { workflow: workflow.id, code: error.code, reason: error.message });
    return undefined;
  }
};

/** The id of what starts once for each cause; where there is one run on a record in all, once for each record. */
const idOf = async (
  { secrets }: Runtime['ports'],
  tenant: string,
  { id, mostRuns }: WorkflowRow,
  { causedBy, record = '' }: Start,
): Promise<string> =>
  derivedId(WorkflowRun.idPrefix, await secrets.get('idempotency'), [
    ...[tenant, id, mostRuns === 1 ? 'once' : causedBy],
    record,
  ]);

type Beginning = {
  readonly actor: Awaited<ReturnType<typeof publisherOf>>;
  readonly id: string;
  readonly workflow: WorkflowRow;
  readonly start: Start;
};

const startOnce = async (runtime: Runtime, { actor, id, workflow, start }: Beginning): Promise<string | undefined> => {
  const { unit, context } = openPlace(runtime, actor, {
    operation: operationOf(id),
    cause: { ...start.chain, causedBy: start.causedBy },
  });
  const { record } = start;
  const [, before] = await Promise.all([
    loadMany(unit, [id, workflow.id, ...[workflow.current, record].filter((each) => each !== undefined)]),
    runsBefore(context, workflow, record),
  ]);
  if (unit.loaded.has(id)) return id;
  const current = await context.trusted(Workflow).find(workflow.id);
  const isThere = record === undefined || (await visible(context, record)) !== undefined;
  if (current?.active !== true || current.archivedAt !== undefined || !isThere) return undefined;
  const run = await place(context, current, { id, start, before });
  if (!run) return undefined;
  await write(unit);
  return id;
};

const visible = async (context: Context, record: string): Promise<AnyRow | undefined> => {
  const of = context.registry.byPrefix.get(prefixOf(record));
  return of && context.data(of).find(record);
};

/** Stages a run in the unit of work of whoever starts it; undefined where there is no place for it. */
export const stageRun = async (context: Context, workflow: WorkflowRow, start: Start): Promise<RunRow | undefined> => {
  const { actor, ids, ports } = context;
  const isOnce = workflow.mostRuns === 1;
  const id = isOnce ? await idOf(ports, actor.tenant, workflow, start) : ids.next(WorkflowRun.idPrefix);
  if (isOnce && (await context.trusted(WorkflowRun).find(id))) return undefined;
  return place(context, workflow, { id, start, before: await runsBefore(context, workflow, start.record) });
};

/** Runs of a record that are counted at most. */
const mostCounted = 1000;

const hourBefore = ({ clock }: Context): string => new Date(clock.now().getTime() - 3_600_000).toISOString();

/** The runs of a workflow on a record, the latest first: within an hour, or in all where these are counted. */
const runsBefore = async (
  context: Context,
  { id, mostRuns }: WorkflowRow,
  record: string | undefined,
): Promise<readonly RunRow[]> => {
  if (record === undefined) return [];
  const asked = { of: record, descending: true, ...(mostRuns === undefined && { from: hourBefore(context) }) };
  const runs = context.trusted(WorkflowRun);
  const { rows } = await readOn((page) => runs.page('byRecord', { ...asked, ...page }), mostCounted);
  return rows.filter(({ workflow }) => workflow === id);
};

type Placing = { readonly id: string; readonly start: Start; readonly before: readonly RunRow[] };

/** Stages the run where there is a place for it. */
const place = async (context: Context, workflow: WorkflowRow, placing: Placing): Promise<RunRow | undefined> => {
  const { before, start } = placing;
  const { concurrency, mostRuns, mostPerHour } = workflow;
  if (mostRuns !== undefined && before.length >= mostRuns) return undefined;
  const ofLate = before.filter(({ createdAt }) => createdAt > hourBefore(context));
  if (start.chain.depth >= mostDepth || ofLate.length >= mostPerHour)
    return looping(context, workflow, placing, ofLate);
  // Places are on records: runs on none have none to wait for, nor to leave out.
  if (concurrency === 'PARALLEL' || start.record === undefined) return make(context, workflow, placing);
  return placeInLane(context, workflow, placing);
};

/** One run at a time on a record. */
const placeInLane = async (context: Context, workflow: WorkflowRow, placing: Placing): Promise<RunRow | undefined> => {
  const lane = laneOf(workflow.id, placing.start.record);
  const holder = await context.trusted(WorkflowRun).findUnique('lane', lane);
  if (!holder) return make(context, workflow, placing, { lane });
  if (workflow.concurrency === 'SKIP') return undefined;
  // What takes back what it did is let finish; the others give up their place.
  if (workflow.concurrency === 'QUEUE' || holder.status === 'COMPENSATING')
    return context.trusted(WorkflowRun).move(make(context, workflow, placing), 'QUEUED');
  await withdrawAsked(context, holder);
  context
    .trusted(WorkflowRun)
    .move(holder, 'CANCELLED', { ...overValues(context), problem: 'A later run has taken its place.' });
  return make(context, workflow, placing, { lane });
};

/** Runs that cause one another stop here; the first one that is too many is kept for people to see, later ones are only counted. */
const looping = (
  context: Context,
  workflow: WorkflowRow,
  placing: Placing,
  ofLate: readonly RunRow[],
): RunRow | undefined => {
  context.log.count('WorkflowLoops');
  if (ofLate.some(({ code }) => code === 'LOOP_GUARD')) return undefined;
  const why = { code: 'LOOP_GUARD', problem: 'Runs cause one another, or come too often; this one was stopped.' };
  return context
    .trusted(WorkflowRun)
    .move(make(context, workflow, placing), 'FAILED', { ...why, ...overValues(context) });
};

const make = (
  context: Context,
  workflow: WorkflowRow,
  { id, start }: Placing,
  place: { readonly lane?: string } = {},
): RunRow => {
  const { record, cause, causedBy, trigger, chain } = start;
  if (workflow.current === undefined) throw new Error(`${workflow.id} was never published.`);
  return context.trusted(WorkflowRun).create(
    {
      ...{ workflow: workflow.id, revision: workflow.current, name: workflow.name, cause, causedBy, trigger },
      ...(record !== undefined && { record }),
      ...{ chain: chain.chain, depth: chain.depth, since: context.clock.instant(), attempts: 0, loops: [], undo: [] },
      ...{ decisions: [], step: workflow.steps[0]?.key ?? '', wakesAt: firstLook(context) },
      ...place,
    },
    { id },
  );
};
