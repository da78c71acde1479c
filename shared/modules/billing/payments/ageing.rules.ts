// How old what is owed is, at any day (domain.md 16). Amounts are minor units until they are answered.
import { daysBetween } from '#modules/platform/settings';

/** How long ago an amount was due. */
export const buckets = ['notDue', 'days1to30', 'days31to60', 'days61to90', 'days91to120', 'over120'] as const;
/** How long ago an amount was due. */
export type Bucket = (typeof buckets)[number];

/** Where an amount due on a day stands at another one. The day itself is still in time. */
export const bucketOf = (dueOn: string, at: string): Bucket => {
  const late = daysBetween(dueOn, at);
  if (late <= 0) return 'notDue';
  return buckets[Math.min(Math.ceil(late / 30), buckets.length - 1)] ?? 'over120';
};

/** What moved what is owed: on which day, due when, in which currency, by how much. */
export type Movement = {
  readonly on: string;
  readonly dueOn: string;
  readonly currency: string;
  readonly amount: number;
};

/** What is owed in one currency, by how long ago it was due, and what the customer has paid ahead. */
export type Ageing = Readonly<Record<Bucket, number>> & {
  readonly currency: string;
  readonly total: number;
  readonly overdue: number;
  readonly unapplied: number;
};

const nothing = (currency: string): Ageing => ({
  ...{ notDue: 0, days1to30: 0, days31to60: 0, days61to90: 0, days91to120: 0, over120: 0 },
  ...{ currency, total: 0, overdue: 0, unapplied: 0 },
});

/** What was owed at the end of a day, by currency: only movements up to it count. `credits` are what customers had paid ahead. */
export const ageingAt = (
  at: string,
  movements: readonly Movement[],
  credits: readonly Omit<Movement, 'dueOn'>[] = [],
): readonly Ageing[] => {
  const byCurrency = new Map<string, Ageing>();
  const of = (currency: string): Ageing => byCurrency.get(currency) ?? nothing(currency);
  for (const { on, dueOn, currency, amount } of movements) {
    if (on > at) continue;
    const was = of(currency);
    const bucket = bucketOf(dueOn, at);
    const overdue = was.overdue + (bucket === 'notDue' ? 0 : amount);
    byCurrency.set(currency, { ...was, [bucket]: was[bucket] + amount, total: was.total + amount, overdue });
  }
  for (const { on, currency, amount } of credits) {
    if (on > at) continue;
    const was = of(currency);
    byCurrency.set(currency, { ...was, unapplied: was.unapplied + amount });
  }
  return [...byCurrency.values()].filter(isAnything).toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
};

const isAnything = (ageing: Ageing): boolean =>
  ageing.unapplied !== 0 || buckets.some((bucket) => ageing[bucket] !== 0);

/** How many days the oldest amount is late that is owed at a day; 0 when none is. */
export const oldestDays = (at: string, movements: readonly Movement[]): number => {
  const owed = new Map<string, number>();
  for (const { on, dueOn, currency, amount } of movements)
    if (on <= at) owed.set(`${dueOn}#${currency}`, (owed.get(`${dueOn}#${currency}`) ?? 0) + amount);
  const late = [...owed].flatMap(([key, amount]) => (amount > 0 ? [daysBetween(key.split('#')[0] ?? at, at)] : []));
  return Math.max(0, ...late);
};
