import type { Actor, DomainEvent, Table } from '#kernel';
import { readFeed, type FeedPosition } from '#kernel/feed';
import { placeAfter } from '#modules/platform/events';
import { toldOf, waitingOf, type Waiting } from './delivery.rules.ts';
import { nextShare } from './feed-share.rules.ts';
import { heldUp, planned } from './lanes.rules.ts';
import { readAgain, readWaiting, type Outbox } from './outbox.operations.ts';
import { isTold } from './subscription.rules.ts';
import type { WebhookEndpointRow } from './webhook-endpoint.entity.ts';
import type { Worker } from './worker.rules.ts';

/** While so much waits for an endpoint, what is new waits in the feed. */
const mostPending = 1000;
/** Events that are read of each shard at a time, and how many times while it hears of none of them. */
const share = 25;
const mostReads = 16;
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
  const pending = await readWaiting(table, pk, 'pending');
  const again = await readAgain(table, pk, mostAgain, heldUp(row.ordering, pending, now));
  const isFull = pending.length >= mostPending;
  // What stands behind one that waits is not called now, and takes no room.
  const open = planned(row.ordering, { pending, feed: [], again: [] }, now).lanes.flat().length;
  const room = isFull ? 0 : row.perSecond - open;
  const { told, place, hasMore } = await readOn({ table, tenant, positions, room }, (event) =>
    isTold(row, event, registry, eyes),
  );
  return {
    pending,
    again,
    feed: told.map((event) => waitingOf('pending', toldOf(event), now)),
    events: new Map(told.map((event) => [event.id, event])),
    positions: place,
    hasMore,
    isFull,
  };
};

type From = {
  readonly table: Table;
  readonly tenant: string;
  readonly positions: FeedPosition;
  /** For so many calls there is room. */
  readonly room: number;
};

type ReadOn = { readonly told: readonly DomainEvent[]; readonly place: FeedPosition; readonly hasMore: boolean };

/** The next events that an endpoint hears of: what lies before them and is not for it is read past. */
const readOn = async (
  { table, tenant, positions, room }: From,
  isHeard: (event: DomainEvent) => boolean,
): Promise<ReadOn> => {
  let place = positions;
  if (room <= 0) return { told: [], place, hasMore: false };
  for (let reads = 0; reads < mostReads; reads += 1) {
    const { events } = await readFeed(table, tenant, place, share);
    const { seen, told } = nextShare(events, place, room, isHeard);
    place = placeAfter(place, seen);
    if (told.length > 0 || seen.length === 0) return { told, place, hasMore: seen.length > 0 };
  }
  return { told: [], place, hasMore: true };
};
