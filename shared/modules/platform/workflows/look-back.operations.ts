// A run that begins to wait for an event soon after its workflow was published: other containers still go by the workflows that they
// remember, and pass over what it waits for. Once all must know of it, the run itself looks for that in the log.
import type { Context, DomainEvent, Runtime } from '#kernel';
import { load } from '#kernel/unit';
import { announceRun } from './announce.operations.ts';
import { awaitedBy, tell, toleranceMs, waitOf } from './awaited.operations.ts';
import { later, lookAfter } from './keep-transition.operations.ts';
import { openKeeper, write } from './places.operations.ts';
import { beginningOf, byTime, logPage } from './simulate-log.operations.ts';
import { WorkflowRun, type RunRow } from './workflow-run.entity.ts';

/** A run that is to look back, as the queue is told. */
export type LookingBack = { readonly tenant: string; readonly run: string; readonly looksBack: true };

/** Tells the queue that a run is to look back; what is lost is told again. */
export const beginToLook = (context: Context, run: RunRow): void => {
  const wakesAt = later(context.clock.instant(), againSeconds);
  context.trusted(WorkflowRun).update(run, { wakesAt }, { event: 'workflowRun.advanced', aside: true });
  context.afterCommit(() => announceRun(context, run.id, { looksBack: true }));
};
const againSeconds = 300;

/** What happened since the run began to wait is heard now, in its order; where nothing was for it, it waits on. */
export const lookBack = async (runtime: Runtime, { tenant, run: id }: LookingBack): Promise<void> => {
  const { unit, context } = await openKeeper(runtime, tenant);
  const run = (await load(unit, WorkflowRun, id)) as RunRow | undefined;
  if (!run || !isLooking(run)) return;
  for (const event of await passedOver(context, run)) await tell(runtime, event, id, awaitedBy(context, event));
  await waitOn(runtime, tenant, run);
};

const shifted = (moment: string, milliseconds: number): string =>
  new Date(Date.parse(moment) + milliseconds).toISOString();

/**
 * What was for the run until everybody knew of its wait, the oldest first. The log is read a page at a time and to the end of that
 * time, which is some two minutes, however late this is: what came after it was heard.
 */
const passedOver = async (context: Context, run: RunRow): Promise<readonly DomainEvent[]> => {
  const now = context.clock.instant();
  const known = shifted(run.looksBackAt ?? now, toleranceMs);
  const until = known < now ? known : now;
  const found: DomainEvent[] = [];
  let isOver = false;
  for (let at = await beginningOf(context, shifted(run.since, -toleranceMs)); !isOver;) {
    const { events, position, isLast } = await logPage(context, at, until);
    found.push(...events.filter((event) => awaitedBy(context, event)(run) !== undefined));
    [at, isOver] = [position, isLast];
  }
  return found.toSorted(byTime);
};

const isLooking = ({ status, waitsFor, looksBackAt: at }: RunRow): boolean =>
  status === 'WAITING' && waitsFor === 'EVENT' && at !== undefined;

/** Nothing was for it: it waits until it was to wait, which may be over by now. */
const waitOn = async (runtime: Runtime, tenant: string, seen: RunRow): Promise<void> => {
  const { unit, context } = await openKeeper(runtime, tenant);
  const run = (await load(unit, WorkflowRun, seen.id)) as RunRow | undefined;
  if (run?.version !== seen.version) return;
  const until = waitOf(run)?.until;
  if (until !== undefined && until <= context.clock.instant()) endWait(context, run);
  else
    context
      .trusted(WorkflowRun)
      .update(run, { looksBackAt: null, wakesAt: until ?? null }, { event: 'workflowRun.advanced', aside: true });
  await write(unit);
};

/** What a wait is told when its time has come. */
const signals: Readonly<Record<string, string>> = { TIME: 'TIME', EVENT: 'TIMED_OUT' };

/** The time for which a run has waited has come: it goes on. */
export const endWait = (context: Context, run: RunRow): void => {
  const signal = run.waitsFor === undefined ? undefined : signals[run.waitsFor];
  const woken = context.trusted(WorkflowRun).move(run, 'RUNNING', { waitsFor: null, looksBackAt: null });
  lookAfter(context, woken, signal === undefined ? {} : { signal });
};
