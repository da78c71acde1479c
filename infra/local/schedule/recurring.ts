// The schedules of the wiring (`rate`, `cron`): each occurrence goes to Lambda's queue once, over restarts too.
import type { LocalClock } from '../clock.ts';
import type { QueueStore } from '../queues/queue-store.ts';
import { atomically, recall, remember, type Store } from '../store.ts';
import { triggersOn, type Wiring, type Wired } from '../wiring.ts';
import { invokeLater } from './async-invocations.ts';
import { nextOccurrence } from './recurrence.ts';

/** Running schedules. */
export type Recurring = { nextDue(): number | undefined; stop(): void };

/** Starts the schedules of the wiring. Occurrences that were missed while nothing ran are made up for by one. */
export function startRecurring(wiring: Wiring, store: Store, queues: QueueStore, clock: LocalClock): Recurring {
  const schedules = triggersOn(wiring, 'schedule').map((wired) => startSchedule(wired, store, queues, clock));
  return {
    nextDue: () => (schedules.length === 0 ? undefined : Math.min(...schedules.map((schedule) => schedule.nextDue()))),
    stop: () => {
      schedules.forEach((schedule) => {
        schedule.stop();
      });
    },
  };
}

const startSchedule = (
  { functionName, trigger }: Wired<'schedule'>,
  store: Store,
  queues: QueueStore,
  clock: LocalClock,
) => {
  const { expression, input } = trigger;
  const memory = `schedule.${functionName}.${expression}.${JSON.stringify(input)}`;
  const known = recall(store, memory);
  let due = typeof known === 'number' ? known : nextOccurrence(expression, clock.now());
  let cancel = (): void => undefined;
  const keep = (): void => {
    remember(store, memory, due);
    if (Number.isFinite(due)) cancel = clock.alarm(due, fire);
  };
  const fire = (): void => {
    atomically(store, () => {
      invokeLater(queues, functionName, input);
      due = nextOccurrence(expression, due);
      if (due <= clock.now()) due = nextOccurrence(expression, clock.now());
      keep();
    });
  };
  keep();
  return {
    nextDue: () => due,
    stop: () => {
      cancel();
    },
  };
};
