import type { DomainEvent } from '#kernel';
import type { FeedPosition } from '#kernel/feed';

/** What of the feed is dealt with now: all that was looked at, and of it what is told. */
export type FeedShare = { readonly seen: readonly DomainEvent[]; readonly told: readonly DomainEvent[] };

/** The next events of all shards in turn, until so many of them are told. */
export const nextShare = (
  events: readonly DomainEvent[],
  from: FeedPosition,
  budget: number,
  isTold: (event: DomainEvent) => boolean,
): FeedShare => {
  const turn = ({ sequence, shard }: DomainEvent): number => sequence - (from[shard] ?? 0);
  const [seen, told]: [DomainEvent[], DomainEvent[]] = [[], []];
  for (const event of events.toSorted((left, right) => turn(left) - turn(right))) {
    if (told.length >= budget) break;
    seen.push(event);
    if (isTold(event)) told.push(event);
  }
  return { seen, told };
};

/** The place after these events. */
export const placeAfter = (from: FeedPosition, seen: readonly DomainEvent[]): FeedPosition =>
  from.map((last, shard) =>
    Math.max(last, ...seen.filter((event) => event.shard === shard).map((event) => event.sequence)),
  );
