// The log of a period: where in each shard of the feed it begins is found by halving, so that old events are not read.
import type { Context, DomainEvent, Table } from '#kernel';
import { feedEnd, feedPartition, feedSort, readFeed, type FeedPosition } from '#kernel/feed';

/** Events of a shard are in the order in which they were recorded: nearly that of their times. So many may be late. */
const lateOnes = 50;
const perShard = 200;

/** How many events each shard has before a moment, but for those that came late. */
const placeAt = async (table: Table, tenant: string, moment: string): Promise<FeedPosition> =>
  Promise.all((await feedEnd(table, tenant)).map((last, shard) => before(table, tenant, { shard, last, moment })));

/** How many events a period has, but for those that came late. */
export const countBetween = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  from: string,
  to: string,
): Promise<number> => {
  const [begin, end] = await Promise.all([from, to].map((moment) => placeAt(ports.table, actor.tenant, moment)));
  return (end ?? []).reduce((sum, place, shard) => sum + place - (begin?.[shard] ?? 0), 0);
};

type Searched = { readonly shard: number; readonly last: number; readonly moment: string };

const before = async (table: Table, tenant: string, { shard, last, moment }: Searched): Promise<number> => {
  let [low, high] = [0, last];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const asked = {
      index: 'gsi3',
      pk: feedPartition(tenant, shard),
      sort: { from: feedSort(middle + 1) },
      limit: 1,
    } as const;
    const event = (await table.query(asked)).items[0]?.['log'] as DomainEvent | undefined;
    if (event !== undefined && event.at < moment) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The events of a period, the oldest first: at most so many, and whether that is all. */
export const eventsBetween = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  from: string,
  to: string,
  most: number,
): Promise<{ readonly events: readonly DomainEvent[]; readonly isComplete: boolean }> => {
  const found: DomainEvent[] = [];
  const places = await placeAt(ports.table, actor.tenant, from);
  let position: FeedPosition = places.map((place) => Math.max(0, place - lateOnes));
  let isOver = false;
  while (!isOver && found.length <= most) {
    const read = await readFeed(ports.table, actor.tenant, position, perShard);
    found.push(...read.events.filter(({ at }) => at >= from && at < to));
    position = read.position;
    isOver = read.events.every(({ at }) => at >= to);
  }
  const sorted = found.toSorted((a, b) => (a.at === b.at ? a.id.localeCompare(b.id) : a.at < b.at ? -1 : 1));
  return { events: sorted.slice(0, most), isComplete: isOver && sorted.length <= most };
};
