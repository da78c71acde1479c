// Waiting between tries: exponential with full jitter, so that competitors do not come back at the same moment.

/** How often and how long to try; tests pass their own `pause`. */
export type Backoff = {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly baseMilliseconds: number;
  readonly capMilliseconds: number;
  readonly random: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
};

/** Ten tries: at most 5.4 s of waiting, 2.7 s on average, well inside the timeout of an API request. */
export const defaultBackoff: Backoff = {
  attempts: 10,
  baseMilliseconds: 25,
  capMilliseconds: 1_000,
  random: Math.random,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Waits before try number `attempt` + 1, anywhere between nothing and the doubled bound. */
export function pauseAfter(attempt: number, backoff: Backoff): Promise<void> {
  const bound = Math.min(backoff.capMilliseconds, backoff.baseMilliseconds * 2 ** attempt);
  return backoff.pause(backoff.random() * bound);
}
