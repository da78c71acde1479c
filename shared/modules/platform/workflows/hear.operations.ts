// An event is heard: it starts runs, and runs that waited for it go on.
import { forget } from '#kernel/remember';
import type { Context, DomainEvent, Runtime } from '#kernel';
import { advanceRun } from './advance.operations.ts';
import { awaitedBy, tell } from './awaited.operations.ts';
import { heardIn } from './hearing.rules.ts';
import { knownIn, knownWorkflows } from './known.operations.ts';
import { chainOf, openKeeper } from './places.operations.ts';
import { laneOf, startRun, type Start } from './start.operations.ts';
import { countingFor } from './special.operations.ts';
import { startedOn } from './triggers.rules.ts';
import { Workflow, type WorkflowRow } from './workflow.entity.ts';
import { WorkflowRun } from './workflow-run.entity.ts';

/** Handles a domain event. It may come any number of times. */
export const hearEvent = async (runtime: Runtime, event: DomainEvent): Promise<void> => {
  const { tenant } = event;
  if (event.record.type === Workflow.name) forget(runtime, knownIn(tenant));
  const { context } = await openKeeper(runtime, tenant);
  await tellAsker(runtime, event);
  const workflows = await knownWorkflows(context);
  if (workflows.length === 0) return;
  await tellWaiting(runtime, context, event, workflows);
  if (await runtime.isPaused(tenant)) return;
  for (const { workflow, record } of await startedBy(context, event, workflows)) {
    const run = await startRun(runtime, tenant, workflow, startOf(event, record));
    if (run !== undefined) await advanceRun(runtime, { tenant, run });
  }
};

/** Bytes of what an event changed that a run keeps. */
const mostBytes = 20_000;

const startOf = (
  { id, type, at, actor, record: { type: of, id: about, version }, changed, correlationId }: DomainEvent,
  record: string,
): Start => {
  const isLarge = JSON.stringify(changed).length > mostBytes;
  const event = { id, type, at, actor, record: { type: of, id: about, version }, ...(!isLarge && { changed }) };
  return { record, cause: type, causedBy: id, trigger: { event }, chain: chainOf(correlationId) };
};

// Starting --------------------------------------------------------------------------------------------------------

type Started = { readonly workflow: WorkflowRow; readonly record: string };

/** The workflows that an event starts: of each process the most specific. */
const startedBy = async (
  context: Context,
  event: DomainEvent,
  workflows: readonly WorkflowRow[],
): Promise<readonly Started[]> => {
  const judging = { registry: context.registry, country: context.actor.country };
  const started = workflows
    .filter(({ active, archivedAt }) => active && archivedAt === undefined)
    .flatMap((workflow) => {
      const record = startedOn(workflow, event, judging);
      return record === undefined ? [] : [{ workflow, record }];
    });
  const groups = Map.groupBy(started, ({ record }) => record);
  const chosen = await Promise.all(
    [...groups].map(async ([record, group]) => {
      const candidates = group.map(({ workflow }) => workflow);
      return (await countingFor(context, record, candidates)).map((workflow) => ({ workflow, record }));
    }),
  );
  return chosen.flat();
};

// Waiting ---------------------------------------------------------------------------------------------------------

/** Runs that wait for the event are found by the place that they hold on its record, not by an index that lags. */
const tellWaiting = async (
  runtime: Runtime,
  context: Context,
  event: DomainEvent,
  workflows: readonly WorkflowRow[],
): Promise<void> => {
  const lanes = workflows.flatMap(({ id, hears }) =>
    heardIn(hears)
      .filter(({ type }) => type === event.type)
      .flatMap(({ via }) => {
        const record = via === undefined ? event.record.id : event.data?.[via];
        return typeof record === 'string' ? [laneOf(id, record)] : [];
      }),
  );
  if (lanes.length === 0) return;
  const holders = await context.trusted(WorkflowRun).findAllUnique('lane', [...new Set(lanes)]);
  for (const { id } of holders.values()) await tell(runtime, event, id, awaitedBy(context, event));
};

/** An approval that a run has asked for is decided. */
const tellAsker = async (runtime: Runtime, event: DomainEvent): Promise<void> => {
  const { type, id } = event.record;
  const run = type === 'Approval' ? event.data?.['workflowRun'] : undefined;
  const status = event.data?.['status'];
  if (typeof run !== 'string' || typeof status !== 'string' || status === 'PENDING') return;
  const comment = event.data?.['comment'];
  const output = { approval: id, by: event.actor, ...(typeof comment === 'string' && { comment }) };
  await tell(runtime, event, run, ({ waitsFor, decisions }) => {
    const asked = decisions.at(-1)?.output as { readonly approval?: string } | undefined;
    return waitsFor === 'APPROVAL' && asked?.approval === id ? { result: status, output } : undefined;
  });
};
