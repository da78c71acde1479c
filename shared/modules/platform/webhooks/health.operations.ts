import { dateTime, given, integer, optional, query, ref } from '#kernel';
import { figuresOf } from './health.rules.ts';
import { nextDue } from './lanes.rules.ts';
import { readLedger } from './ledger.operations.ts';
import { partitionOf, readOutbox, readWaiting } from './outbox.operations.ts';
import { WebhookEndpoint } from './webhook-endpoint.entity.ts';

/** Figures are of so many deliveries, the latest. */
const mostCounted = 200;

const count = (describes: string) => integer({ min: 0, describes });

export const webhookHealth = query('webhookHealth', {
  describes: `How an endpoint does: what waits for it now, and what its latest deliveries came to (${String(mostCounted)} at most).`,
  needs: 'webhookEndpoint.read',
  on: 'WebhookEndpoint.health',
  input: { webhookEndpoint: ref('WebhookEndpoint', { describes: 'Whose.' }) },
  returns: {
    waiting: count('Deliveries that are tried on.'),
    waitingSince: optional(dateTime({ describes: 'When the oldest event of them happened.' })),
    nextAt: optional(dateTime({ describes: 'When the first of them is tried next.' })),
    restsUntil: optional(dateTime({ describes: 'Until when nothing is sent: it asked for rest, or takes nothing.' })),
    deliveries: count('The latest deliveries, which the figures below are of.'),
    delivered: count('Of these: arrived.'),
    atOnce: count('Of those that arrived: at the first attempt.'),
    failed: count('Given up after the last attempt.'),
    aborted: count('The receiver wanted no more of it.'),
    cancelled: count('Dropped by us.'),
    medianMilliseconds: optional(count('How long an attempt takes: half of them no longer.')),
    slowMilliseconds: optional(count('How long a slow attempt takes: 19 of 20 no longer.')),
  },
  run: async ({ webhookEndpoint }, context) => {
    const { ports, actor, clock } = context;
    const { table } = ports;
    const row = await context.data(WebhookEndpoint).get(webhookEndpoint);
    const pk = partitionOf(actor.tenant, webhookEndpoint);
    const [box, pending, { entries }] = await Promise.all([
      readOutbox(table, pk),
      readWaiting(table, pk, 'pending'),
      readLedger(context, webhookEndpoint, { limit: mostCounted }),
    ]);
    const restsUntil = (box?.restUntil ?? '') > clock.instant() ? box?.restUntil : undefined;
    return {
      waiting: pending.length,
      ...given({
        waitingSince: pending.map(({ at }) => at).sort()[0],
        nextAt: nextDue(row.ordering, pending),
        restsUntil,
      }),
      ...figuresOf(entries),
    };
  },
});
