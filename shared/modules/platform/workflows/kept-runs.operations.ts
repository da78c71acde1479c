// Runs that are over are kept for as long as the tenant says, and then removed with their history.
import { extended, integer, optional, type Context, type Runtime } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { load } from '#kernel/unit';
import { removeRecord } from '#modules/platform/privacy';
import { Tenant } from '#modules/platform/settings';
import { openKeeper } from './places.operations.ts';
import { removedAt } from './removal.rules.ts';
import { WorkflowRun, type RunRow } from './workflow-run.entity.ts';

/** Days where a tenant does not say. */
const usualDays = 365;

/** What workflows add to tenants. */
export const runSettings = {
  workflowRunDays: optional(
    integer({
      min: 7,
      max: 3650,
      describes:
        'For how many days runs of workflows are kept once they are over, for those that start from now on; 365 when absent. They are removed within the day after.',
    }),
  ),
};

const KeepingTenant = extended(Tenant, runSettings);

/** For how many days a run that starts now is kept once it is over. */
export const keptDaysOf = (context: Context): Promise<number> =>
  rememberFor(
    context,
    `workflow run days ${context.actor.tenant}`,
    async () => (await context.trusted(KeepingTenant).find(context.actor.tenant))?.workflowRunDays ?? usualDays,
  );

/** A run that need not be kept any more, as the queue is told. */
export type Expired = { readonly tenant: string; readonly run: string; readonly expired: true };

/** Tells the queue that a run can go: timers of others wait behind its own. What is not told stays due. */
export const letGo = ({ ports, actor, afterCommit }: Context, { id }: RunRow): void => {
  const body: Expired = { tenant: actor.tenant, run: id, expired: true };
  afterCommit(() => ports.queues.send('workflows', [{ body }]));
};

/** Removes a run that is still to go: one that failed may have been taken up again. */
export const removeExpired = async (runtime: Runtime, { tenant, run: id }: Expired): Promise<void> => {
  const { unit, context } = await openKeeper(runtime, tenant);
  const run = (await load(unit, WorkflowRun, id)) as RunRow | undefined;
  const goesAt = run && removedAt(run);
  if (goesAt !== undefined && goesAt <= context.clock.instant()) await removeRecord(context, id);
};
