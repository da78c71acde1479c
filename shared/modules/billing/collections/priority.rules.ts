import type { Ageing, Bucket } from '#modules/billing/payments';

/** How much an amount weighs by its age: what is old is rarely paid. */
const weights: Readonly<Record<Bucket, number>> = {
  notDue: 0,
  days1to30: 1,
  days31to60: 2,
  days61to90: 3,
  days91to120: 4,
  over120: 5,
};

/** Which case comes first: overdue x weight of its age x (1 + broken promises). A whole number of minor units. */
export const priorityOf = (ageings: readonly Ageing[], brokenPromises: number): number =>
  ageings
    .flatMap((ageing) => (Object.keys(weights) as Bucket[]).map((bucket) => ageing[bucket] * weights[bucket]))
    .reduce((sum, weighted) => sum + Math.max(0, weighted), 0) *
  (1 + brokenPromises);
