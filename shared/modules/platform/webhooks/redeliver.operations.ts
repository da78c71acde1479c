import { DomainError, integer, list, mutation, ref, text, type Context } from '#kernel';
import { waitingOf, type Told } from './delivery.rules.ts';
import { hint } from './hint.operations.ts';
import { upTo } from './lanes.rules.ts';
import { entryKey, type Kept } from './ledger.operations.ts';
import { makeDue, partitionOf, putWaiting, readWaiting, stillWaiting } from './outbox.operations.ts';
import { WebhookEndpoint, type WebhookEndpointRow } from './webhook-endpoint.entity.ts';

/** An endpoint that may be told something. @throws ENDPOINT_DISABLED */
export const openEndpoint = async ({ data }: Context, id: string): Promise<WebhookEndpointRow> => {
  const row = await data(WebhookEndpoint).get(id);
  if (row.status === 'DISABLED' || row.archivedAt !== undefined)
    throw new DomainError('ENDPOINT_DISABLED', 'It is not called; enable it first.', ['endpoint']);
  return row;
};

/** Tells an endpoint events once more; one that still waits is tried now, with what stands before it. */
export const tellAgain = async (
  context: Context,
  { id, ordering }: WebhookEndpointRow,
  told: readonly Told[],
): Promise<void> => {
  const { table } = context.ports;
  const pk = partitionOf(context.actor.tenant, id);
  const now = context.clock.instant();
  const waits = await stillWaiting(table, pk, told);
  const [waiting = [], over = []] = [true, false].map((is) => told.filter(({ event }) => waits.has(event) === is));
  if (waiting.length > 0)
    await makeDue(table, pk, upTo(ordering, await readWaiting(table, pk, 'pending'), waiting), now);
  await putWaiting(
    table,
    pk,
    over.map((each) => waitingOf('again', each, now)),
  );
  context.afterCommit(() => hint(context, id));
};

export const redeliverWebhooks = mutation('redeliverWebhooks', {
  describes:
    'Tells an endpoint some events once more, those that arrived as well, under the same ids. One that is still tried on is tried now instead of later, and before it what it stands behind.',
  needs: 'webhookEndpoint.update',
  input: {
    endpoint: ref('WebhookEndpoint', { describes: 'Which one.' }),
    deliveries: list(text({ max: 100 }), { max: 100, describes: 'Ids of deliveries.' }),
  },
  returns: { count: integer({ describes: 'How many are told once more.' }) },
  fails: ['ENDPOINT_DISABLED', 'UNKNOWN_DELIVERY'],
  run: async ({ endpoint, deliveries }, context) => {
    const { ports, actor } = context;
    const row = await openEndpoint(context, endpoint);
    const keys = deliveries.map((id) => entryKey(partitionOf(actor.tenant, endpoint), id));
    const entries = (await ports.table.batchGet(keys, { consistent: true })) as unknown as readonly Kept[];
    const missing = keys.findIndex((key) => !entries.some(({ sk }) => sk === key.sk));
    if (missing >= 0) throw new DomainError('UNKNOWN_DELIVERY', 'There is no such delivery.', ['deliveries', missing]);
    await tellAgain(context, row, entries);
    return { count: entries.length };
  },
});
