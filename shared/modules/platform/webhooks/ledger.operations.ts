import {
  choice,
  dateTime,
  defaulted,
  DomainError,
  given,
  integer,
  list,
  longText,
  mutation,
  object,
  optional,
  query,
  ref,
  text,
  type Context,
} from '#kernel';
import { deliveryStatuses, waitingOf, type DeliveryStatus, type Entry } from './delivery.rules.ts';
import { hint } from './hint.operations.ts';
import { partitionOf, putWaiting } from './outbox.operations.ts';
import { WebhookEndpoint, type WebhookEndpointRow } from './webhook-endpoint.entity.ts';

/** Entries that one page looks at, at most. */
const mostRead = 1000;
const prefix = 'delivery#';

const attemptFields = {
  at: dateTime({ describes: 'When.' }),
  status: optional(integer({ describes: 'The status of the answer; absent where nobody answered.' })),
  milliseconds: integer({ describes: 'How long it took.' }),
  excerpt: optional(longText({ max: 5000, describes: 'How the answer begins.' })),
  error: optional(text({ max: 300, describes: 'Why there was no answer.' })),
};
/** One attempt, as the API shows it. */
export const attemptField = object('WebhookAttempt', attemptFields, { describes: 'One call, and what was answered.' });

const deliveryFields = {
  id: text({ max: 100, describes: 'By which it is asked for once more.' }),
  event: text({ max: 60, describes: 'The event’s id, which is the `webhook-id` of every attempt.' }),
  type: text({ max: 100, describes: 'What happened.' }),
  at: dateTime({ describes: 'When it happened.' }),
  recordType: text({ max: 60, describes: 'The kind of record.' }),
  recordId: text({ max: 60, describes: 'The record’s id.' }),
  version: integer({ describes: 'The version of the record that it made.' }),
  sequence: integer({ describes: 'Its place in its shard of the feed.' }),
  shard: integer({ describes: 'The shard of the feed.' }),
  status: choice(deliveryStatuses, {
    named: 'WebhookDeliveryStatus',
    describes:
      'PENDING: it is tried on. FAILED: given up. ABORTED: the receiver wants no more of it. CANCELLED: dropped by us.',
  }),
  nextAt: optional(dateTime({ describes: 'When it is tried next.' })),
  attempts: list(object('WebhookAttempt', attemptFields), {
    max: 100,
    describes: 'The calls so far, the first one first; of many the latest 20.',
  }),
};

type Kept = Entry & { readonly pk: string };

const shown = ({
  sk,
  event,
  type,
  at,
  recordType,
  record,
  version,
  sequence,
  shard,
  status,
  nextAt,
  attempts,
}: Kept) => ({
  ...{ event, type, at, recordType, version, sequence, shard, status, attempts },
  id: sk.slice(prefix.length),
  recordId: record,
  ...(nextAt !== undefined && { nextAt }),
});

export const webhookDeliveries = query('webhookDeliveries', {
  describes:
    'What an endpoint was told in the last 30 days, the newest events first: every event once, with all attempts.',
  needs: 'webhookEndpoint.read',
  on: 'WebhookEndpoint.deliveries',
  input: {
    webhookEndpoint: ref('WebhookEndpoint', { describes: 'Whose.' }),
    status: optional(
      choice(deliveryStatuses, { named: 'WebhookDeliveryStatus', describes: 'Only those that stand so.' }),
    ),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many.' }), 25),
    after: optional(text({ max: 100, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    deliveries: list(object('WebhookDelivery', deliveryFields), { max: 100, describes: 'Deliveries.' }),
    endCursor: optional(text({ max: 100, describes: 'Where the next page begins; absent on the last one.' })),
  },
  run: async ({ webhookEndpoint, status, first, after }, context) => {
    await context.data(WebhookEndpoint).get(webhookEndpoint);
    const to = after === undefined ? undefined : `${prefix}${after}`;
    const { entries, next } = await readLedger(context, webhookEndpoint, given({ to, status, limit: first + 2 }));
    const found = entries.filter(({ sk }) => sk !== to);
    const deliveries = found.slice(0, first).map(shown);
    const last = found.length > first ? deliveries.at(-1)?.id : next?.slice(prefix.length);
    return { deliveries, ...given({ endCursor: last }) };
  },
});

type Asked = {
  readonly from?: string;
  readonly to?: string;
  readonly status?: DeliveryStatus;
  readonly limit: number;
};

/** Entries of the ledger between two places, both included, the newest first. `next` is the last place that was looked at. */
export const readLedger = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  endpoint: string,
  { from = prefix, to = `${prefix}~`, status, limit }: Asked,
): Promise<{ readonly entries: readonly Kept[]; readonly next?: string }> => {
  const page = await ports.table.query({
    pk: partitionOf(actor.tenant, endpoint),
    sort: { from, to },
    descending: true,
    limit: status === undefined ? limit : mostRead,
    ...(status !== undefined && {
      filter: { text: '#status = :status', names: { '#status': 'status' }, values: { ':status': status } },
    }),
  });
  const next = page.next && String(page.next['sk']);
  return { entries: page.items as unknown as readonly Kept[], ...given({ next }) };
};

/** An endpoint that may be told something. @throws ENDPOINT_DISABLED */
export const openEndpoint = async ({ data }: Context, id: string): Promise<WebhookEndpointRow> => {
  const row = await data(WebhookEndpoint).get(id);
  if (row.status === 'DISABLED' || row.archivedAt !== undefined)
    throw new DomainError('ENDPOINT_DISABLED', 'It is not called; enable it first.', ['endpoint']);
  return row;
};

export const redeliverWebhooks = mutation('redeliverWebhooks', {
  describes: 'Tells an endpoint some events once more, those that arrived as well, under the same ids.',
  needs: 'webhookEndpoint.update',
  input: {
    endpoint: ref('WebhookEndpoint', { describes: 'Which one.' }),
    deliveries: list(text({ max: 100 }), { max: 100, describes: 'Ids of deliveries.' }),
  },
  returns: { count: integer({ describes: 'How many are told once more.' }) },
  fails: ['ENDPOINT_DISABLED', 'UNKNOWN_DELIVERY'],
  run: async ({ endpoint, deliveries }, context) => {
    const { ports, actor, clock } = context;
    await openEndpoint(context, endpoint);
    const pk = partitionOf(actor.tenant, endpoint);
    const items = await ports.table.batchGet(
      deliveries.map((id) => ({ pk, sk: `${prefix}${id}` })),
      { consistent: true },
    );
    const entries = items as unknown as readonly Kept[];
    const missing = deliveries.findIndex((id) => !entries.some(({ sk }) => sk === `${prefix}${id}`));
    if (missing >= 0) throw new DomainError('UNKNOWN_DELIVERY', 'There is no such delivery.', ['deliveries', missing]);
    await putWaiting(
      ports.table,
      pk,
      entries.map((entry) => waitingOf('again', entry, clock.instant())),
    );
    context.afterCommit(() => hint(context, endpoint));
    return { count: entries.length };
  },
});
