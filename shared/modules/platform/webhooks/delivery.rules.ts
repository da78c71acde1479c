import type { DomainEvent } from '#kernel';
import { feedSort } from '#kernel/feed';
import type { Attempt } from './answer.rules.ts';
import { nextAttempt } from './timetable.rules.ts';

/** Where a delivery stands. */
export const deliveryStatuses = ['PENDING', 'DELIVERED', 'FAILED', 'ABORTED', 'CANCELLED'] as const;
/** Where a delivery stands. */
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** An event that an endpoint is to be told. */
export type Told = {
  readonly event: string;
  readonly type: string;
  readonly at: string;
  readonly recordType: string;
  readonly record: string;
  readonly version: number;
  readonly shard: number;
  readonly sequence: number;
};

/** One that waits; `sk` is its place in the order of the feed. */
export type Waiting = Told & { readonly sk: string; readonly attempts: number; readonly nextAt: string };

/** What the ledger says of one delivery. */
export type Entry = Told & {
  readonly sk: string;
  readonly status: DeliveryStatus;
  readonly attempts: readonly Attempt[];
  readonly nextAt?: string;
  /** Goes behind what the ledger says already. */
  readonly isLater: boolean;
};

/** An event as deliveries know it. */
export const toldOf = ({ id, type, at, record, shard, sequence }: DomainEvent): Told => ({
  event: id,
  type,
  at,
  recordType: record.type,
  record: record.id,
  version: record.version,
  shard,
  sequence,
});

/** Its place among what waits. */
export const placeOf = (kind: 'pending' | 'again', { shard, sequence }: Pick<Told, 'shard' | 'sequence'>): string =>
  `${kind}#${String(shard)}#${feedSort(sequence)}`;

/** One that waits, at its place. */
export const waitingOf = (kind: 'pending' | 'again', told: Told, nextAt: string, attempts = 0): Waiting => ({
  event: told.event,
  type: told.type,
  at: told.at,
  recordType: told.recordType,
  record: told.record,
  version: told.version,
  shard: told.shard,
  sequence: told.sequence,
  sk: placeOf(kind, told),
  nextAt,
  attempts,
});

/** Its place in the ledger: one for each event, in the order of time. */
export const ledgerKey = ({ at, event }: Pick<Told, 'at' | 'event'>): string => `delivery#${at}#${event}`;

/** One delivery to be tried: fresh from the feed, once more on the timetable, or because somebody asked. */
export type Task = { readonly from: 'feed' | 'pending' | 'again'; readonly waiting: Waiting };

/** What became of it; LEFT was not tried, LOST has no event any more. */
export type Done = Task & {
  readonly result: 'DELIVERED' | 'FAILED' | 'ABORTED' | 'LEFT' | 'LOST';
  readonly attempt?: Attempt;
  readonly retryAfter?: number;
};

/** What is written when a pass is over. */
export type Settled = {
  readonly keep: readonly Waiting[];
  readonly drop: readonly Waiting[];
  readonly entries: readonly Entry[];
  readonly exhausted: number;
};

/** What is kept, forgotten and noted. `chance` answers numbers from 0 to 1. */
export const settled = (done: readonly Done[], now: Date, chance: () => number): Settled => {
  const nextOf = new Map(done.map((each) => [each, nextAfter(each, now, chance)]));
  // What was left because the receiver does not answer comes back with the first of those that failed, not before.
  const soonest = [...nextOf.values()].filter((next) => next !== undefined).sort()[0] ?? now.toISOString();
  const all = done.map((each) => settledOne(each, nextOf.get(each), soonest));
  return {
    keep: all.flatMap(({ keep }) => keep ?? []),
    drop: all.flatMap(({ drop }) => drop ?? []),
    entries: all.flatMap(({ entry }) => entry ?? []),
    exhausted: done.filter((each) => each.result === 'FAILED' && nextOf.get(each) === undefined).length,
  };
};

const nextAfter = ({ result, waiting, retryAfter }: Done, now: Date, chance: () => number): string | undefined =>
  result === 'FAILED' ? nextAttempt(now, waiting.attempts + 1, chance(), retryAfter) : undefined;

type One = { readonly keep?: Waiting; readonly drop?: Waiting; readonly entry?: Entry };

const settledOne = (done: Done, next: string | undefined, soonest: string): One => {
  const { from, waiting, result, attempt } = done;
  if (result === 'LEFT') {
    if (from !== 'feed') return {};
    const keep = waitingOf('pending', waiting, soonest);
    return { keep, entry: entryOf(done, 'PENDING', soonest) };
  }
  const drop = from === 'feed' ? {} : { drop: waiting };
  if (result === 'LOST') return { ...drop, ...(from === 'pending' && { entry: entryOf(done, 'CANCELLED') }) };
  if (next === undefined) return { ...drop, entry: entryOf(done, result, undefined, attempt) };
  const keep = waitingOf('pending', waiting, next, waiting.attempts + 1);
  return { keep, ...(from === 'again' && drop), entry: entryOf(done, 'PENDING', next, attempt) };
};

const entryOf = ({ from, waiting }: Task, status: DeliveryStatus, nextAt?: string, attempt?: Attempt): Entry => {
  const { sk: _place, attempts: _count, nextAt: _when, ...told } = waiting;
  return {
    ...told,
    sk: ledgerKey(waiting),
    status,
    attempts: attempt ? [attempt] : [],
    isLater: from !== 'feed',
    ...(nextAt !== undefined && { nextAt }),
  };
};

/** What waits once a pass is over: all of it, what of it is to be written, and what is gone. */
export type WaitingAfter = Readonly<Record<'all' | 'changed', readonly Waiting[]>> & {
  readonly gone: readonly Pick<Waiting, 'sk'>[];
};

/**
 * What waits after a pass. Where something has got through at `throughAt`, what was never tried itself and only waited for the
 * receiver to come back is due at once.
 */
export const waitingAfter = (
  before: readonly Waiting[],
  { keep, drop }: Pick<Settled, 'keep' | 'drop'>,
  throughAt: string | undefined,
): WaitingAfter => {
  const bySk = new Map(before.map((each) => [each.sk, each]));
  for (const { sk } of drop) bySk.delete(sk);
  for (const each of keep) bySk.set(each.sk, each);
  const isReleased = ({ attempts, nextAt }: Waiting): boolean =>
    throughAt !== undefined && attempts === 0 && nextAt > throughAt;
  const all = [...bySk.values()]
    .map((each) => (isReleased(each) ? { ...each, nextAt: throughAt ?? each.nextAt } : each))
    .sort((left, right) => (left.sk < right.sk ? -1 : 1));
  const known = new Set<unknown>(before);
  return { all, changed: all.filter((each) => !known.has(each)), gone: drop.filter(({ sk }) => !bySk.has(sk)) };
};
