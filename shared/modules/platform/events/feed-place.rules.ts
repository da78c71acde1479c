import type { DomainEvent } from '#kernel';
import type { FeedPosition } from '#kernel/feed';

/** Events after a place, of all shards in turn: what is cut off at the end leaves no shard behind the others. */
export const inTurn = (events: readonly DomainEvent[], from: FeedPosition): readonly DomainEvent[] => {
  const turn = ({ sequence, shard }: DomainEvent): number => sequence - (from[shard] ?? 0);
  return events.toSorted((left, right) => turn(left) - turn(right));
};

/** The place after these events. */
export const placeAfter = (from: FeedPosition, seen: readonly DomainEvent[]): FeedPosition =>
  from.map((last, shard) =>
    Math.max(last, ...seen.filter((event) => event.shard === shard).map((event) => event.sequence)),
  );

/** Of events after a place, in their order, as many as an answer of so many bytes holds, and one at least. */
export const fitting = (
  events: readonly DomainEvent[],
  from: FeedPosition,
  mostBytes: number,
): readonly DomainEvent[] => {
  let bytes = 0;
  const seen = new Set<DomainEvent>();
  for (const event of inTurn(events, from)) {
    bytes += Buffer.byteLength(JSON.stringify(event));
    if (bytes > mostBytes && seen.size > 0) break;
    seen.add(event);
  }
  return events.filter((event) => seen.has(event));
};
