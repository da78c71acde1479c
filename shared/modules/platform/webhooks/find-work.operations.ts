import type { Actor, DomainEvent } from '#kernel';
import { readFeed, type FeedPosition } from '#kernel/feed';
import { placeAfter } from '#modules/platform/events';
import { toldOf, waitingOf, type Waiting } from './delivery.rules.ts';
import { nextShare, type FeedShare } from './feed-share.rules.ts';
import { planned } from './lanes.rules.ts';
import { readWaiting, type Outbox } from './outbox.operations.ts';
import { isTold } from './subscription.rules.ts';
import type { WebhookEndpointRow } from './webhook-endpoint.entity.ts';
import type { Worker } from './worker.rules.ts';

/** While so much waits for an endpoint, what is new waits in the feed. */
const mostPending = 1000;
/** Events that are read of each shard at a time. */
const share = 25;
/** What was asked for once more, at a time. */
const mostAgain = 50;

/** What there is to tell. */
export type Found = {
  readonly pending: readonly Waiting[];
  readonly again: readonly Waiting[];
  /** What is new. */
  readonly feed: readonly Waiting[];
  /** Its events, by their ids. */
  readonly events: ReadonlyMap<string, DomainEvent>;
  /** The place in the feed once that is dealt with. */
  readonly positions: FeedPosition;
  /** Whether there may be more of the same. */
  readonly hasMore: boolean;
  readonly isFull: boolean;
};

/** What waits for an endpoint, and the next of the feed as far as the calls of one pass reach. */
export const findWork = async (
  { runtime, registry, tenant, pk }: Worker,
  row: WebhookEndpointRow,
  eyes: Actor,
  { positions }: Outbox,
): Promise<Found> => {
  const { table } = runtime.ports;
  const now = runtime.clock.now().toISOString();
  const [pending, again] = await Promise.all([
    readWaiting(table, pk, 'pending'),
    readWaiting(table, pk, 'again', mostAgain),
  ]);
  const isFull = pending.length >= mostPending;
  const { events } = isFull ? { events: [] } : await readFeed(table, tenant, positions, share);
  // What stands behind one that waits is not called now, and takes no room.
  const open = planned(row.ordering, { pending, feed: [], again: [] }, now).lanes.flat().length;
  const { seen, told }: FeedShare = nextShare(events, positions, row.perSecond - open, (event) =>
    isTold(row, event, registry, eyes),
  );
  return {
    pending,
    again,
    feed: told.map((event) => waitingOf('pending', toldOf(event), now)),
    events: new Map(told.map((event) => [event.id, event])),
    positions: placeAfter(positions, seen),
    hasMore: seen.length > 0,
    isFull,
  };
};
