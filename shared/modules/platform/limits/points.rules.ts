import type { Meter } from '#kernel/table';

/** Points of a minute, where nobody says otherwise; an address calls public pages and hooks. */
export const usualPoints = { tenant: 2_000_000, caller: 1_000_000, address: 100_000 } as const;

/** What a request has cost: itself, its reads, and its writes, which cost AWS five times as much. */
export const pointsOf = ({ readUnits, writeUnits }: Pick<Meter, 'readUnits' | 'writeUnits'>): number =>
  Math.ceil(1 + readUnits + 5 * writeUnits);

/** A container takes a minute's points in so many portions, so that it need not count together with others at each request. */
const portions = 20;

/** How many points a container takes at once. */
export const portionOf = (most: number): number => Math.max(1, Math.ceil(most / portions));

/** The minute that a moment lies in, and how many seconds of it are left. */
export const minuteOf = (now: Date): { readonly minute: string; readonly left: number } => ({
  minute: now.toISOString().slice(0, 16),
  left: 60 - now.getUTCSeconds(),
});
