import { trustedFor } from '#kernel/remember';

/** The time that goes by, besides, until an index shows what was published and an event that was passed over is in the log. */
const marginMs = 30_000;

/** When a run is to look back that now begins to wait by a plan of that age; undefined where everybody knows the plan. */
export const looksBackAt = (publishedAt: string, now: string): string | undefined => {
  const known = new Date(Date.parse(publishedAt) + trustedFor + marginMs).toISOString();
  return known > now ? known : undefined;
};
