import {
  choice,
  dateTime,
  defaulted,
  given,
  integer,
  list,
  longText,
  object,
  optional,
  query,
  ref,
  text,
  type Context,
  type Expression,
  type Key,
} from '#kernel';
import { deliveryStatuses, type DeliveryStatus, type Entry } from './delivery.rules.ts';
import { partitionOf } from './outbox.operations.ts';
import { WebhookEndpoint } from './webhook-endpoint.entity.ts';

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

/** An entry as it lies there. */
export type Kept = Entry & { readonly pk: string };

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
    types: defaulted(
      list(text({ max: 100 }), { max: 20, describes: 'Only these: `quote.accepted`, `quote.*`. All when empty.' }),
      [],
    ),
    record: optional(ref('*', { describes: 'Only what happened to this record.' })),
    from: optional(dateTime({ describes: 'Only what happened from this moment on.' })),
    to: optional(dateTime({ describes: 'Only what happened before this moment.' })),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many.' }), 25),
    after: optional(text({ max: 100, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    deliveries: list(object('WebhookDelivery', deliveryFields), { max: 100, describes: 'Deliveries.' }),
    endCursor: optional(text({ max: 100, describes: 'Where the next page begins; absent on the last one.' })),
  },
  run: async ({ webhookEndpoint, first, after, from, to, ...only }, context) => {
    await context.data(WebhookEndpoint).get(webhookEndpoint);
    const span = given({ from: placeOf(from), to: placeOf(after ?? to) });
    const { entries, next } = await readLedger(context, webhookEndpoint, { ...span, ...only, limit: first + 2 });
    const found = entries.filter(({ sk }) => sk !== span.to);
    const deliveries = found.slice(0, first).map(shown);
    const last = found.length > first ? deliveries.at(-1)?.id : next?.slice(prefix.length);
    return { deliveries, ...given({ endCursor: last }) };
  },
});

const placeOf = (place: string | undefined): string | undefined =>
  place === undefined ? undefined : `${prefix}${place}`;

/** Of which deliveries the ledger is asked. */
export type Only = {
  readonly status?: DeliveryStatus | undefined;
  readonly types?: readonly string[];
  readonly record?: string | undefined;
};

/** The entry of a delivery. */
export const entryKey = (pk: string, id: string): Key => ({ pk, sk: `${prefix}${id}` });

type Span = Readonly<Partial<Record<'from' | 'to', string>>> & {
  readonly limit: number;
  /** As it happened, instead of the newest first. */
  readonly ascending?: boolean;
};

/** Entries of the ledger between two places, both included, the newest first. `next` is the last place that was looked at. */
export const readLedger = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  endpoint: string,
  { from = prefix, to = `${prefix}~`, limit, ascending = false, ...only }: Only & Span,
): Promise<{ readonly entries: readonly Kept[]; readonly next?: string }> => {
  const filter = filterOf(only);
  const page = await ports.table.query({
    pk: partitionOf(actor.tenant, endpoint),
    sort: { from, to },
    descending: !ascending,
    limit: filter ? mostRead : limit,
    ...(filter && { filter }),
  });
  const next = page.next && String(page.next['sk']);
  return { entries: page.items as unknown as readonly Kept[], ...given({ next }) };
};

/** Undefined where all of them are asked for. */
const filterOf = ({ status, record, types: asked = [] }: Only): Expression | undefined => {
  const types = asked.includes('*') ? [] : asked;
  const ofType = types.map((type, index) =>
    type.endsWith('*') ? `begins_with(#type, :type${String(index)})` : `#type = :type${String(index)}`,
  );
  const tests = [
    ...(status === undefined ? [] : ['#status = :status']),
    ...(record === undefined ? [] : ['#record = :record']),
    ...(ofType.length === 0 ? [] : [`(${ofType.join(' OR ')})`]),
  ];
  if (tests.length === 0) return undefined;
  return {
    text: tests.join(' AND '),
    names: given({
      '#status': status && 'status',
      '#record': record && 'record',
      '#type': ofType.length > 0 ? 'type' : undefined,
    }),
    values: {
      ...given({ ':status': status, ':record': record }),
      ...Object.fromEntries(types.map((type, index) => [`:type${String(index)}`, type.replace(/\*$/, '')])),
    },
  };
};
