import { later } from './worker.rules.ts';

const minute = 60;
const hour = 60 * minute;

/** Seconds from one attempt to the next (Standard Webhooks); after the last one the event is given up. */
const waits = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
/** So many attempts are made. */
export const mostAttempts = waits.length + 1;
/** No receiver puts us off for longer. */
const longestWait = 24 * hour;
/** A tenth at most is added, so that what failed together does not come back together. */
const jitter = 0.1;

/** When to try again after so many attempts, not before the receiver asks for it; undefined when it is given up. `chance` is 0 to 1. */
export const nextAttempt = (
  now: Date,
  attempts: number,
  chance: number,
  retryAfter: number | undefined,
): string | undefined => {
  const wait = waits[attempts - 1];
  return wait === undefined
    ? undefined
    : later(now, Math.max(wait * (1 + jitter * chance), Math.min(retryAfter ?? 0, longestWait)));
};

/** The seconds that a `Retry-After` asks for: a number, or a date (RFC 9110). */
export const retryAfterOf = (header: string | null, now: Date): number | undefined => {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
};

/** A receiver that takes nothing is asked again after a tenth of the time for which it has been so, within these seconds. */
const [shortestRest, longestRest] = [5, 5 * minute];

/** For how many seconds a receiver is left alone that has taken nothing since a moment. */
export const restAfter = (failedSince: string, now: Date): number =>
  Math.min(Math.max((now.getTime() - Date.parse(failedSince)) / 10_000, shortestRest), longestRest);

/** Longer than any wait: who was not called for so long has not failed all the time. */
const forgottenAfter = 2 * 24 * hour;

/** Whether the last failure is so long ago that a new one goes on with nothing. */
export const isForgotten = (failedAt: string | undefined, now: Date): boolean =>
  failedAt !== undefined && now.getTime() - Date.parse(failedAt) > forgottenAfter * 1000;

/** After what time without a success a receiver counts as failing, and is called no more. */
const failingAfter = 5 * minute;
const disabledAfter = 5 * 24 * hour;

/** What the time since the first failure without a success after it says of a receiver. */
export const healthOf = (failedSince: string | undefined, now: Date): 'ACTIVE' | 'FAILING' | 'DISABLED' => {
  const seconds = failedSince === undefined ? 0 : (now.getTime() - Date.parse(failedSince)) / 1000;
  return seconds >= disabledAfter ? 'DISABLED' : seconds >= failingAfter ? 'FAILING' : 'ACTIVE';
};
