import { given } from '#kernel';
import { feedEnd } from '#kernel/feed';
import { settled, waitingAfter } from './delivery.rules.ts';
import type { Found } from './find-work.operations.ts';
import { keepUp } from './keep-up.operations.ts';
import { nextDue } from './lanes.rules.ts';
import { dropWaiting, giveBack, putWaiting, withWake, writeLedger, type Outbox } from './outbox.operations.ts';
import type { Sent } from './send-lanes.operations.ts';
import { isForgotten, restAfter } from './timetable.rules.ts';
import type { WebhookEndpointRow } from './webhook-endpoint.entity.ts';
import { wakeAt } from './wake.operations.ts';
import { later, type Worker } from './worker.rules.ts';

type Came = { readonly box: Outbox; readonly found: Found; readonly sent: Sent };

/** Notes what a pass came to, moves on and lets go; answers the seconds until there is more to do here and now. */
export const conclude = async (worker: Worker, row: WebhookEndpointRow, came: Came): Promise<number | undefined> => {
  const { runtime, pk, by } = worker;
  const { table } = runtime.ports;
  const now = runtime.clock.now();
  const { exhausted, waiting } = await noteDone(worker, came, now);
  const due = nextDue(row.ordering, waiting);
  const box = boxAfter(came, row, now);
  const isMore = hasMore(came);
  const wake = wakeOf(due, box.restUntil, isMore, now);
  const onItsWay = wake === undefined ? box.wakeAt : await wakeAt(worker, wake, box.wakeAt);
  const isCalled = await giveBack(table, pk, by, withWake(box, onItsWay));
  const { failedSince } = box;
  await keepUp(
    worker,
    row,
    given({ exhausted, failedSince, due: wake, disable: came.sent.isGone ? ('GONE' as const) : undefined }),
  );
  if (box.restUntil !== undefined) return undefined;
  if (isCalled || isMore || (due !== undefined && due <= now.toISOString())) return 0;
  // The index of the feed may follow its head by a moment.
  return !came.found.isFull && (await isFeedAhead(worker, came.found)) ? 1 : undefined;
};

/** Writes the ledger, then what waits; only then the place in the feed moves on. */
const noteDone = async ({ runtime, pk }: Worker, { found, sent }: Came, now: Date) => {
  const { table } = runtime.ports;
  const { entries, exhausted, ...change } = settled(sent.done, now, Math.random);
  const waiting = waitingAfter(found.pending, change, isThrough(sent) ? now.toISOString() : undefined);
  await Promise.all([writeLedger(table, pk, entries, now), putWaiting(table, pk, waiting.changed)]);
  await dropWaiting(table, pk, waiting.gone);
  return { exhausted, waiting: waiting.all };
};

const boxAfter = ({ box, found, sent }: Came, row: WebhookEndpointRow, now: Date): Outbox => {
  const { startsAt, wakeAt: onItsWay } = box;
  const failedSince = failedSinceOf(box, sent, now);
  const failedAt = hasFailed(sent) ? now.toISOString() : box.failedAt;
  const restUntil = restOf(sent, row, failedSince, now);
  return {
    positions: found.positions,
    startsAt,
    ...given({ failedSince, failedAt: failedSince && failedAt, restUntil, wakeAt: onItsWay }),
  };
};

/** When to look again: when something is due, and not while the receiver is left alone. Undefined when that is now, or never. */
const wakeOf = (
  due: string | undefined,
  restUntil: string | undefined,
  isMore: boolean,
  now: Date,
): string | undefined => {
  if (restUntil !== undefined) return due !== undefined && due > restUntil && !isMore ? due : restUntil;
  return due !== undefined && due > now.toISOString() ? due : undefined;
};

const isThrough = ({ done }: Sent): boolean =>
  done.some(({ result }) => result === 'DELIVERED' || result === 'ABORTED');

const hasFailed = ({ done }: Sent): boolean => done.some(({ result }) => result === 'FAILED');

const failedSinceOf = ({ failedSince, failedAt }: Outbox, sent: Sent, now: Date): string | undefined => {
  if (isThrough(sent)) return undefined;
  if (!hasFailed(sent)) return failedSince;
  return failedSince === undefined || isForgotten(failedAt, now) ? now.toISOString() : failedSince;
};

/** Until when nothing is sent: as the receiver asks for, since it takes nothing, or for the rest of a second that is full. */
const restOf = (
  sent: Sent,
  { perSecond }: WebhookEndpointRow,
  failedSince: string | undefined,
  now: Date,
): string | undefined => {
  const asked = Math.max(sent.rest, failedSince !== undefined && hasFailed(sent) ? restAfter(failedSince, now) : 0);
  const isFull = sent.calls >= perSecond;
  const moments = [...(asked > 0 ? [later(now, asked)] : []), ...(isFull ? [later(sent.begunAt, 1)] : [])];
  return moments
    .filter((moment) => moment > now.toISOString())
    .toSorted()
    .at(-1);
};

/** Whether there may be more: of the feed, or of what was asked for once more. What stands behind one that waits is not looked at for its own sake. */
const hasMore = ({ sent, found }: Came): boolean =>
  found.hasMore || sent.done.some(({ from, result }) => from === 'again' && result !== 'LEFT');

const isFeedAhead = async ({ runtime, tenant }: Worker, { positions }: Found): Promise<boolean> =>
  (await feedEnd(runtime.ports.table, tenant)).some((last, shard) => last > (positions[shard] ?? 0));
