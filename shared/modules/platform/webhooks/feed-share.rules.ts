import type { DomainEvent } from '#kernel';
import type { FeedPosition } from '#kernel/feed';
import { inTurn } from '#modules/platform/events';

/** What of the feed is dealt with now: all that was looked at, and of it what is told. */
export type FeedShare = { readonly seen: readonly DomainEvent[]; readonly told: readonly DomainEvent[] };

/** The next events of all shards in turn, until so many of them are told. */
export const nextShare = (
  events: readonly DomainEvent[],
  from: FeedPosition,
  budget: number,
  isTold: (event: DomainEvent) => boolean,
): FeedShare => {
  const [seen, told]: [DomainEvent[], DomainEvent[]] = [[], []];
  for (const event of inTurn(events, from)) {
    if (told.length >= budget) break;
    seen.push(event);
    if (isTold(event)) told.push(event);
  }
  return { seen, told };
};
