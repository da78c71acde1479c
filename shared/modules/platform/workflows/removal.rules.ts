// When a run that is over is removed.
import { shardOf } from '#kernel';

const minute = 60_000;
const minutesOfDay = 1440;

type Kept = { readonly id: string; readonly endedAt?: string | undefined; readonly keptDays?: number | undefined };

/** Within the day after the last on which it is kept, each run at a minute of its own: thousands that ended at once do not go at once. */
export const removedAt = ({ id, endedAt, keptDays }: Kept): string | undefined => {
  if (endedAt === undefined || keptDays === undefined) return undefined;
  const minutes = keptDays * minutesOfDay + shardOf(id, minutesOfDay);
  return new Date(Date.parse(endedAt) + minutes * minute).toISOString();
};
