import type { Table } from '#kernel';
import { feedEnd, feedStart, readFeed, type FeedPosition } from '#kernel/feed';

/** The place in the feed before which everything happened before a moment: all shards are halved at once until each is found. */
const placeAt = async (table: Table, tenant: string, moment: string): Promise<FeedPosition> => {
  let [low, high] = [feedStart, await feedEnd(table, tenant)];
  while (low.some((from, shard) => from < (high[shard] ?? 0))) {
    const middle = low.map((from, shard) => Math.floor((from + (high[shard] ?? 0)) / 2));
    const { events } = await readFeed(table, tenant, middle, 1);
    const isBefore = new Set(events.filter(({ at }) => at < moment).map(({ shard }) => shard));
    const isOpen = (shard: number): boolean => (low[shard] ?? 0) < (high[shard] ?? 0);
    [low, high] = [
      low.map((from, shard) => (isOpen(shard) && isBefore.has(shard) ? (middle[shard] ?? from) + 1 : from)),
      high.map((to, shard) => (isOpen(shard) && !isBefore.has(shard) ? (middle[shard] ?? to) : to)),
    ];
  }
  return low;
};

/** Events are recorded a little after they happen, and not quite in the order of their moments. */
export const slackMilliseconds = 300_000;

/** A place in the feed after which everything is that happened from a moment on; a little of before is, too. */
export const placeBefore = (table: Table, tenant: string, moment: string): Promise<FeedPosition> =>
  placeAt(table, tenant, new Date(Date.parse(moment) - slackMilliseconds).toISOString());
