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

/** Where in the feed a period begins, but for those that came late. */
export const beginningOf = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  from: string,
): Promise<FeedPosition> =>
  (await placeAt(ports.table, actor.tenant, from)).map((place) => Math.max(0, place - lateOnes));

/** A piece of the log: its events, the oldest first, where it ends, and whether nothing is behind it before a moment. */
type LogPage = {
  readonly events: readonly DomainEvent[];
  readonly position: FeedPosition;
  readonly isLast: boolean;
};

/** The next piece of the log until a moment. */
export const logPage = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  after: FeedPosition,
  to: string,
): Promise<LogPage> => {
  const { events, position } = await readFeed(ports.table, actor.tenant, after, perShard);
  return { events: events.filter(({ at }) => at < to), position, isLast: events.every(({ at }) => at >= to) };
};

/** The order in which events happened. */
export const byTime = (a: DomainEvent, b: DomainEvent): number =>
  a.at === b.at ? a.id.localeCompare(b.id) : a.at < b.at ? -1 : 1;

/** The events of a period, the oldest first: at most so many, and whether that is all. */
export const eventsBetween = async (
  context: Pick<Context, 'ports' | 'actor'>,
  from: string,
  to: string,
  most: number,
): Promise<{ readonly events: readonly DomainEvent[]; readonly isComplete: boolean }> => {
  const found: DomainEvent[] = [];
  let position = await beginningOf(context, from);
  let isOver = false;
  while (!isOver && found.length <= most) {
    const page = await logPage(context, position, to);
    found.push(...page.events.filter(({ at }) => at >= from));
    [position, isOver] = [page.position, page.isLast];
  }
  const sorted = found.toSorted(byTime);
  return { events: sorted.slice(0, most), isComplete: isOver && sorted.length <= most };
};
