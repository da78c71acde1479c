// A timetable's moment has come: runs begin, for all records that it names.
import { DomainError, filterFields, timer, type Runtime } from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { advanceRun } from './advance.operations.ts';
import { momentsAt, resolved } from './mapping.rules.ts';
import { chainOf, openKeeper, openPlace, publisherOf, write } from './places.operations.ts';
import { nextMoment } from './schedule.operations.ts';
import { chosenFor } from './special.operations.ts';
import { startRun } from './start.operations.ts';
import { Workflow, type WorkflowRow } from './workflow.entity.ts';

/** A moment of a workflow's timetable. */
export type Firing = {
  readonly tenant: string;
  readonly workflow: string;
  readonly firing: string;
  readonly after?: string;
};

/** After so long without an end its runs are started again; those that were are known by their moment. */
const againSeconds = 600;
const recordsPerPage = 100;

/** A timetable's moment has come: it is noted, and the queue is told. The next moment comes when all its runs have begun. */
export const fires = timer(Workflow, {
  describes: 'Starts the runs of a timetable, and looks again until all have begun.',
  run: (row, context) => {
    const firing = row.firing ?? row.nextAt;
    if (firing === undefined) return Promise.resolve();
    const firesAt = new Date(context.clock.now().getTime() + againSeconds * 1000).toISOString();
    context.trusted(Workflow).update(row, { firing, firesAt }, { aside: true });
    context.afterCommit(async () => {
      const body: Firing = { tenant: context.actor.tenant, workflow: row.id, firing };
      await context.ports.queues.send('workflows', [{ body }]).catch((error: unknown) => {
        context.log.warn('A timetable was not announced; its timer tells it again.', {
          workflow: row.id,
          error: String(error),
        });
      });
    });
    return Promise.resolve();
  },
});

/** Starts the runs of a moment, a page of records at a time. */
export const startScheduled = async (runtime: Runtime, message: Firing): Promise<void> => {
  const { tenant, firing } = message;
  const { context } = await openKeeper(runtime, tenant);
  const workflow = await context.trusted(Workflow).find(message.workflow);
  if (!workflow?.active || workflow.firing !== firing || (await runtime.isPaused(tenant))) return;
  const { records, next } = await recordsOf(runtime, workflow, message).catch((error: unknown) => {
    // What cannot begin at all waits for its next moment; what has begun goes on, or begins anew by its timer.
    if (!(error instanceof DomainError) || message.after !== undefined) throw error;
    runtime.log.warn('A timetable could not start its runs.', { workflow: workflow.id, code: error.code });
    return { records: [], next: undefined };
  });
  for (const record of records) await begin(runtime, tenant, workflow, firing, record);
  if (next !== undefined) await runtime.ports.queues.send('workflows', [{ body: { ...message, after: next } }]);
  else await noteFired(runtime, tenant, workflow.id, firing);
};

const begin = async (
  runtime: Runtime,
  tenant: string,
  workflow: WorkflowRow,
  firing: string,
  record: string | undefined,
): Promise<void> => {
  const { context } = await openKeeper(runtime, tenant);
  // A more specific one comes by its own timetable.
  if ((await chosenFor(context, workflow, record))?.id !== workflow.id) return;
  const run = await startRun(runtime, tenant, workflow, {
    ...(record !== undefined && { record }),
    cause: 'SCHEDULE',
    causedBy: `schedule ${firing}`,
    trigger: { input: { at: firing } },
    chain: chainOf(context.correlationId),
  });
  if (run !== undefined) await advanceRun(runtime, { tenant, run });
};

type Records = { readonly records: readonly (string | undefined)[]; readonly next?: string };

/**
 * The records for which a timetable runs, as who published it sees them; none by name where it runs on none. `now` is the moment for
 * which it runs, on each page the same.
 */
const recordsOf = async (
  runtime: Runtime,
  { of: name, trigger, publishedBy }: WorkflowRow,
  { tenant, firing, after }: Firing,
): Promise<Records> => {
  if (name === undefined) return { records: [undefined] };
  const actor = await publisherOf(runtime, tenant, publishedBy);
  const { context } = openPlace(runtime, actor, { operation: 'workflowSchedule' });
  const of = context.registry.entity(name);
  const where = checkFilter(filterFields(of), resolved(trigger.where ?? {}, momentsAt(firing, actor.timeZone)), {
    country: actor.country,
  });
  const page = await context.data(of).list({ where, first: recordsPerPage, ...(after !== undefined && { after }) });
  const next = page.hasNextPage ? page.endCursor : undefined;
  return { records: page.rows.map(({ id }) => id), ...(next !== undefined && { next }) };
};

const noteFired = async (runtime: Runtime, tenant: string, id: string, firing: string): Promise<void> => {
  const { unit, context } = await openKeeper(runtime, tenant);
  const row = await context.trusted(Workflow).get(id);
  if (row.firing !== firing) return;
  const nextAt = await nextMoment(context, row.trigger, context.clock.instant()).catch((error: unknown) => {
    if (error instanceof DomainError) return undefined;
    throw error;
  });
  const next = nextAt ?? null;
  context.trusted(Workflow).update(row, { firing: null, nextAt: next, firesAt: next }, { aside: true });
  await write(unit);
};
