// Whether the background has anything left to do, and moving the clock through everything that comes due on the way.
import type { LocalClock } from './clock.ts';
import { deadLettersOf } from './names.ts';
import type { QueueCounts, QueueStore } from './queues/queue-store.ts';
import { asyncQueue } from './schedule/async-invocations.ts';

/** What works in the background. */
export type Background = {
  readonly clock: LocalClock;
  readonly queues: QueueStore;
  readonly queueNames: readonly string[];
  readonly pumpIsIdle: () => boolean;
  /** The moment of the next one-shot or recurring schedule. */
  readonly nextDue: () => number | undefined;
};

/** Where the background stands. */
export type Activity = {
  readonly idle: boolean;
  readonly now: string;
  readonly stream: 'idle' | 'busy';
  readonly queues: Readonly<Record<string, QueueCounts>>;
  readonly nextDue: string | null;
};

/** Looks, at one instant. Messages that come later by their own wish do not count as work; retries do. */
export function activityOf({ clock, queues, queueNames, pumpIsIdle, nextDue }: Background): Activity {
  const worked = [...queueNames, asyncQueue];
  const counts = worked.map((name) => [name, queues.counts(name)] as const);
  const due = nextDue();
  const quiet = counts.every(([, { ready, leased, retrying }]) => ready + leased + retrying === 0);
  const isPumpIdle = pumpIsIdle();
  const deadLetters = worked.map((name) => [deadLettersOf(name), queues.counts(deadLettersOf(name))] as const);
  return {
    idle: quiet && isPumpIdle && !(due !== undefined && due <= clock.now()),
    now: new Date(clock.now()).toISOString(),
    stream: isPumpIdle ? 'idle' : 'busy',
    queues: Object.fromEntries([...counts, ...deadLetters.filter(([, { ready }]) => ready > 0)]),
    nextDue: due === undefined ? null : new Date(due).toISOString(),
  };
}

/** Waits until everything that was under way is done. Answers the last look; `idle` is false when time ran out. */
export async function waitUntilIdle(background: Background, seconds: number): Promise<Activity> {
  const started = Date.now();
  for (;;) {
    const activity = activityOf(background);
    const waited = Date.now() - started;
    if (activity.idle || waited > seconds * 1000) return activity;
    // Looking counts messages: a long wait, with many of them, looks less often.
    await new Promise((resolve) => setTimeout(resolve, Math.min(200, 3 + waited / 20)));
  }
}

/**
 * Moves the clock to `moment`, stopping at each schedule and delayed message on the way until its work is done: a
 * reminder after 7 days runs on the seventh day, also when the clock moves by 30.
 */
export async function travelTo(background: Background, moment: number, seconds: number): Promise<Activity> {
  const ends = Date.now() + seconds * 1000;
  const secondsLeft = (): number => (ends - Date.now()) / 1000;
  await waitUntilIdle(background, secondsLeft());
  for (
    let next = nextStop(background);
    next !== undefined && next <= moment && secondsLeft() > 0;
    next = nextStop(background)
  ) {
    await background.clock.moveTo(next);
    await waitUntilIdle(background, secondsLeft());
  }
  await background.clock.moveTo(moment);
  return waitUntilIdle(background, secondsLeft());
}

const nextStop = ({ clock, queues, queueNames, nextDue }: Background): number | undefined => {
  const moments = [nextDue(), ...queueNames.map((name) => queues.nextReadyAt(name))].filter(
    (moment) => moment !== undefined,
  );
  const later = moments.filter((moment) => moment > clock.now());
  return later.length === 0 ? undefined : Math.min(...later);
};
