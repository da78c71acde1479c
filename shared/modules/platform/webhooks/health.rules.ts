import type { Entry } from './delivery.rules.ts';

/** What the latest deliveries came to. */
export type Figures = {
  /** How many there are. */
  readonly deliveries: number;
  readonly delivered: number;
  /** Of these, how many at the first attempt. */
  readonly atOnce: number;
  readonly failed: number;
  readonly aborted: number;
  readonly cancelled: number;
  readonly medianMilliseconds?: number;
  readonly slowMilliseconds?: number;
};

/** What entries of the ledger come to. */
export const figuresOf = (entries: readonly Pick<Entry, 'status' | 'attempts'>[]): Figures => {
  const count = (...statuses: readonly Entry['status'][]): number =>
    entries.filter(({ status }) => statuses.includes(status)).length;
  const times = entries
    .flatMap(({ attempts }) => attempts.map(({ milliseconds }) => milliseconds))
    .toSorted((left, right) => left - right);
  const [median, slow] = [0.5, 0.95].map((part) => times[Math.ceil(times.length * part) - 1]);
  return {
    deliveries: entries.length,
    delivered: count('DELIVERED'),
    atOnce: entries.filter(({ status, attempts }) => status === 'DELIVERED' && attempts.length === 1).length,
    failed: count('FAILED'),
    aborted: count('ABORTED'),
    cancelled: count('CANCELLED'),
    ...(median !== undefined && { medianMilliseconds: median }),
    ...(slow !== undefined && { slowMilliseconds: slow }),
  };
};
