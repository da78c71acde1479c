// How many entries each run of a page is asked for at first: enough for one trip, and little more than that.
import type { Plan } from './planner.ts';

/** Pages that a container remembers. */
const mostPages = 1000;
/** What a run is asked for beyond what it gave before: the entry that comes next, and two that have come since. */
const spare = 3;
const given = new Map<string, readonly number[]>();

/**
 * A run's share and three standard deviations, since shards are even but not equal. A run that falls short costs a second trip,
 * which is dearer than the entries. Open and closed records are not even at all (by date a page is mostly of one sort), so that
 * each of the two is asked for the whole share.
 */
export const shareOf = ({ streams }: Plan, wanted: number): number => {
  const partitions = new Set(streams.map((stream) => stream.partition)).size;
  const mean = wanted / partitions;
  return Math.min(wanted, Math.ceil(mean + 3 * Math.sqrt(mean * (1 - 1 / partitions))));
};

/** What the runs are asked for when this container has read the page before: most pages are read again, and hardly differ. */
export const knownShares = (page: string, wanted: number): readonly number[] =>
  (given.get(page) ?? []).map((count) => Math.min(wanted, count + spare));

/** Remembers what each run has given to a full page; of too many pages the oldest is forgotten. */
export const keepShares = (page: string, shares: readonly number[]): void => {
  given.delete(page);
  given.set(page, shares);
  const [oldest] = given.keys();
  if (given.size > mostPages && oldest !== undefined) given.delete(oldest);
};
