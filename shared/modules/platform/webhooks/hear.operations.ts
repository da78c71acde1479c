// From the queue to endpoints: an event of the bus calls those that may hear of it, a hint calls one.
import { matchesType, newMeter, type DomainEvent } from '#kernel';
import type { Runtime } from '#kernel/context';
import { openReader } from '#kernel/execute';
import { deliverTo } from './deliver.operations.ts';
import type { WebhookHint } from './hint.operations.ts';
import { WebhookEndpoint, type WebhookEndpointRow } from './webhook-endpoint.entity.ts';

/** What a message of the queue says: an event as the bus tells it, or a hint of our own. */
export type WebhookMessage = { readonly detail: DomainEvent } | WebhookHint;

/** Works off messages: once for each endpoint that they concern. @throws when some endpoint could not be worked on */
export const hearWebhooks = async (runtime: Runtime, messages: readonly WebhookMessage[]): Promise<void> => {
  const hints = messages.flatMap((each) => ('detail' in each ? [] : [each]));
  const events = messages.flatMap((each) => ('detail' in each ? [each.detail] : []));
  const byTenant = Map.groupBy(events, ({ tenant }) => tenant);
  const heard = await Promise.all(
    [...byTenant].map(([tenant, group]) => concerned(runtime, tenant, new Set(group.map(({ type }) => type)))),
  );
  const all = new Map([...hints, ...heard.flat()].map((each) => [`${each.tenant} ${each.endpoint}`, each]));
  const outcomes = await Promise.allSettled([...all.values()].map((each) => deliverTo(runtime, each)));
  const failed = outcomes.filter(({ status }) => status === 'rejected') as readonly PromiseRejectedResult[];
  for (const { reason } of failed) runtime.log.error('Deliveries to an endpoint failed.', { error: String(reason) });
  if (failed.length > 0)
    throw new Error(`${String(failed.length)} of ${String(all.size)} endpoints were not worked on.`);
};

/** The endpoints of a tenant that may hear of some of these types. Each has its own place in the feed, and so misses nothing when it is not called. */
const concerned = async (
  runtime: Runtime,
  tenant: string,
  types: ReadonlySet<string>,
): Promise<readonly WebhookHint[]> => {
  const actor = await runtime.actorFor(tenant, 'deliverWebhooks');
  const { context } = openReader({ runtime, actor, table: runtime.ports.table, meter: newMeter() });
  const { rows } = await context.trusted(WebhookEndpoint).page('byName', { first: 100 });
  return rows
    .filter((row) => row.archivedAt === undefined && row.status !== 'DISABLED' && mayHear(row, types))
    .map(({ id }) => ({ tenant, endpoint: id }));
};

const mayHear = ({ eventTypes }: WebhookEndpointRow, types: ReadonlySet<string>): boolean =>
  [...types].some(
    // A tenant that goes on again has events waiting in its feed.
    (type) => type.startsWith('tenant.') || eventTypes.some((pattern) => matchesType(pattern, type)),
  );
