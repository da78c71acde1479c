// Runs that are over are kept for as long as the tenant says, and then removed with their history.
import { extended, integer, optional, type Context } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { Tenant } from '#modules/platform/settings';

/** Days where a tenant does not say. */
const usualDays = 365;

/** What workflows add to tenants. */
export const runSettings = {
  workflowRunDays: optional(
    integer({
      min: 7,
      max: 3650,
      describes:
        'For how many days runs of workflows are kept once they are over, for those that start from now on; 365 when absent. Then they are removed.',
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
