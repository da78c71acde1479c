// The time of the local cloud: the machine's, plus what tests have moved it ahead. Kept over restarts.
import { recall, remember, type Store } from './store.ts';

/** Milliseconds since 1970, and alarms that follow when the clock is moved. */
export type LocalClock = {
  now(): number;
  offset(): number;
  /** Moves the clock to a moment, never back. Answers when every process of the cloud has it. */
  moveTo(moment: number): Promise<void>;
  /** Calls `ring` once, at or after `moment`. Answers how to call it off. */
  alarm(moment: number, ring: () => void): () => void;
  /** Called with the new offset before `moveTo` answers. */
  onMove(listener: (offset: number) => void | Promise<void>): void;
};

type Alarm = { readonly moment: number; readonly ring: () => void; timer: NodeJS.Timeout };

/** Node's timers hold 24 days; a later alarm looks again after this time. */
const longestWait = 60 * 60 * 1000;

/** Opens the clock. */
export function openClock(store: Store): LocalClock {
  let offset = Number(recall(store, 'clock.offset') ?? 0);
  const listeners: ((offset: number) => void | Promise<void>)[] = [];
  const alarms = new Set<Alarm>();
  const now = (): number => Date.now() + offset;
  const arm = (alarm: Alarm): NodeJS.Timeout => {
    const wait = alarm.moment - now();
    return setTimeout(
      () => {
        if (alarm.moment > now()) return (alarm.timer = arm(alarm));
        alarms.delete(alarm);
        return alarm.ring();
      },
      Math.max(0, Math.min(wait, longestWait)),
    ).unref();
  };
  return {
    now,
    offset: () => offset,
    async moveTo(moment) {
      offset = Math.max(offset, moment - Date.now());
      remember(store, 'clock.offset', offset);
      await Promise.all(listeners.map(async (listener) => listener(offset)));
      for (const alarm of alarms) {
        clearTimeout(alarm.timer);
        alarm.timer = arm(alarm);
      }
    },
    alarm(moment, ring) {
      const alarm = { moment, ring } as Alarm;
      alarm.timer = arm(alarm);
      alarms.add(alarm);
      return () => {
        clearTimeout(alarm.timer);
        alarms.delete(alarm);
      };
    },
    onMove: (listener) => void listeners.push(listener),
  };
}

/** What shared/aws/clock.ts reads in this process. */
export function offerToHandlers(offset: number): void {
  (globalThis as { [key: symbol]: number })[Symbol.for('lazo.clock.offset')] = offset;
}
