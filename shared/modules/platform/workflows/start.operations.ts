// A run begins: once for each event, moment or call, however often it is heard.
import { derivedId, DomainError, given, prefixOf, type AnyRow, type Context, type Runtime } from '#kernel';
import { isLostRace, untilWon } from '#kernel/lost-race';
import { loadMany } from '#kernel/unit';
import { takeShareFor } from '#modules/platform/limits';
import { firstLook, overValues } from './keep-transition.operations.ts';
import { openPlace, operationOf, publisherOf, write, type Cause } from './places.operations.ts';
import { hourOf, mostInHour } from './plan.rules.ts';
import type { Given } from './step-kinds.rules.ts';
import { keptDaysOf } from './kept-runs.operations.ts';
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
  const secret = await runtime.ports.secrets.get('idempotency');
  const id = derivedId(WorkflowRun.idPrefix, secret, [tenant, workflow.id, start.causedBy, start.record ?? '']);
  try {
    const actor = await publisherOf(runtime, tenant, workflow.publishedBy);
    return await untilWon(mostTries, () => startOnce(runtime, { actor, id, workflow, start }));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Others came first, to the place or to the count, and the queue asks again; all else is for people to see to.
    if (error.code === 'NOT_UNIQUE' || isLostRace(error)) throw error;
    runtime.log.warn('A workflow could not start.', { workflow: workflow.id, code: error.code, reason: error.message });
    return undefined;
  }
};

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
  await loadMany(unit, [id, workflow.id, ...[workflow.current, record].filter((each) => each !== undefined)]);
  if (unit.loaded.has(id)) return id;
  const current = await context.trusted(Workflow).find(workflow.id);
  const isThere = record === undefined || (await visible(context, record)) !== undefined;
  if (current?.active !== true || current.archivedAt !== undefined || !isThere) return undefined;
  const run = await place(context, current, { id, start });
  if (isRefused(run)) return undefined;
  await write(unit);
  return run.id;
};

const visible = async (context: Context, record: string): Promise<AnyRow | undefined> => {
  const of = context.registry.byPrefix.get(prefixOf(record));
  return of && context.data(of).find(record);
};

/** Why a run has no place: another one goes on, or there were enough. */
export type Refusal = 'RUN_GOES_ON' | 'ENOUGH_RUNS';
export const isRefused = (run: RunRow | Refusal): run is Refusal => typeof run === 'string';

/** Stages a run in the unit of work of whoever starts it. */
export const stageRun = (context: Context, workflow: WorkflowRow, start: Start): Promise<RunRow | Refusal> =>
  place(context, workflow, { id: context.ids.next(WorkflowRun.idPrefix), start });

type Wanted = { readonly id: string; readonly start: Start };
type Placing = Wanted & { readonly keptDays: number };

/** Stages the run where there is a place for it. */
const place = async (context: Context, workflow: WorkflowRow, wanted: Wanted): Promise<RunRow | Refusal> => {
  const { start } = wanted;
  // Places are on records: runs on none have none to wait for, nor to leave out.
  const lane =
    workflow.concurrency === 'PARALLEL' || start.record === undefined ? undefined : laneOf(workflow.id, start.record);
  const holder = lane === undefined ? undefined : await context.trusted(WorkflowRun).findUnique('lane', lane);
  if (holder && workflow.concurrency === 'SKIP') return 'RUN_GOES_ON';
  const placing = { ...wanted, keptDays: await keptDaysOf(context) };
  if (start.chain.depth >= mostDepth || !(await isWithinHour(context, workflow, wanted)))
    return looping(context, workflow, placing);
  if (!(await isWithinAll(context, workflow, start.record))) return 'ENOUGH_RUNS';
  if (holder) return placeBehind(context, workflow, placing, holder);
  return make(context, workflow, placing, given({ lane }));
};

/** One run at a time on a record: another one waits for its turn, or takes the place. */
const placeBehind = async (
  context: Context,
  workflow: WorkflowRow,
  placing: Placing,
  holder: RunRow,
): Promise<RunRow> => {
  const runs = context.trusted(WorkflowRun);
  // What takes back what it did is let finish; the others give up their place.
  if (workflow.concurrency === 'QUEUE' || holder.status === 'COMPENSATING')
    return runs.move(make(context, workflow, placing), 'QUEUED');
  await withdrawAsked(context, holder);
  runs.move(holder, 'CANCELLED', { ...overValues(context), problem: 'A later run has taken its place.' });
  return make(context, workflow, placing, given({ lane: holder.lane }));
};

/**
 * Counts the run within its hour. On a record it is counted in the write that begins it: who loses a race counts anew. What runs on
 * none may begin many times at once; there each counts by itself, once however often it is tried, so that none waits for the others.
 */
const isWithinHour = async (context: Context, workflow: WorkflowRow, { id, start }: Wanted): Promise<boolean> => {
  const { record } = start;
  const most = mostInHour(workflow);
  if (most === Infinity) return true;
  const now = context.clock.instant();
  const name = `workflow ${laneOf(workflow.id, record)} ${hourOf(now)}`;
  if (record === undefined) return takeShareFor(context, id, { tenant: context.actor.tenant, name, most });
  return (await context.nextNumber(name, Math.floor(Date.parse(now) / 1000) + 2 * 3600)) <= most;
};

/** Counts the run among all that there ever were, where they are limited; for good, however long runs are kept. */
const isWithinAll = async (
  context: Context,
  { id, mostRuns }: WorkflowRow,
  record: string | undefined,
): Promise<boolean> =>
  mostRuns === undefined || (await context.nextNumber(`workflow ${laneOf(id, record)}`)) <= mostRuns;

/** Runs that cause one another stop here; of each hour the first that is too many is kept for people to see. */
const looping = async (context: Context, workflow: WorkflowRow, placing: Placing): Promise<RunRow | Refusal> => {
  context.log.count('WorkflowLoops');
  const { actor, clock, ports, trusted } = context;
  const secret = await ports.secrets.get('idempotency');
  const parts = [actor.tenant, workflow.id, placing.start.record ?? '', 'loop', hourOf(clock.instant())];
  const id = derivedId(WorkflowRun.idPrefix, secret, parts);
  if (await trusted(WorkflowRun).find(id)) return 'ENOUGH_RUNS';
  const why = { code: 'LOOP_GUARD', problem: 'Runs cause one another, or come too often; this one was stopped.' };
  return trusted(WorkflowRun).move(make(context, workflow, { ...placing, id }), 'FAILED', {
    ...why,
    ...overValues(context),
  });
};

const make = (
  context: Context,
  workflow: WorkflowRow,
  { id, start, keptDays }: Placing,
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
      keptDays,
      ...place,
    },
    { id },
  );
};
