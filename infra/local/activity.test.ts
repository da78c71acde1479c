import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTrialStore, type TrialStore } from '#test/support/local-parts';
import { activityOf, travelTo, waitUntilIdle, type Background } from './activity.ts';
import { openQueues, untilTheProcessEnds, type QueueStore } from './queues/queue-store.ts';

const hour = 3_600_000;

let trial: TrialStore;
let queues: QueueStore;
let background: Background;
let due: number[] = [];
let isPumpIdle = true;

beforeEach(() => {
  trial = openTrialStore();
  queues = openQueues(trial.store, trial.clock);
  due = [];
  isPumpIdle = true;
  background = {
    clock: trial.clock,
    queues,
    queueNames: ['react'],
    pumpIsIdle: () => isPumpIdle,
    nextDue: () => (due.length === 0 ? undefined : Math.min(...due)),
  };
});

afterEach(() => {
  trial.remove();
});

describe('the background', () => {
  it('is at work while anything waits, is leased, comes again, is due, or the stream is behind', () => {
    expect(activityOf(background)).toMatchObject({ idle: true, nextDue: null });
    queues.send('react', [{ body: 'a' }]);
    expect(activityOf(background).idle).toBe(false);
    const [a] = queues.receive('react', 1, untilTheProcessEnds);
    expect(activityOf(background).idle).toBe(false);
    queues.release([a?.receipt ?? ''], trial.clock.now() + hour);
    expect(activityOf(background)).toMatchObject({ idle: false, queues: { react: { retrying: 1 } } });
    queues.purge('react');
    due = [trial.clock.now() - 1];
    expect(activityOf(background).idle).toBe(false);
    due = [];
    isPumpIdle = false;
    expect(activityOf(background)).toMatchObject({ idle: false, stream: 'busy' });
  });

  it('is idle with messages that come later by their own wish, and with dead letters, which it tells', () => {
    queues.send('react', [{ body: 'later', delaySeconds: 60 }]);
    queues.send('react-dlq', [{ body: 'dead' }]);
    expect(activityOf(background)).toMatchObject({
      idle: true,
      queues: { react: { delayed: 1 }, 'react-dlq': { ready: 1 } },
    });
  });

  it('is waited for no longer than one wants', async () => {
    isPumpIdle = false;
    expect(await waitUntilIdle(background, 0.05)).toMatchObject({ idle: false });
  });

  it('does each thing at its time while the clock moves over it', async () => {
    const start = trial.clock.now();
    const done: number[] = [];
    due = [start + hour, start + 3 * hour];
    queues.send('react', [{ body: 'a', delaySeconds: 600 }]);
    const work = setInterval(() => {
      const [message] = queues.receive('react', 1, untilTheProcessEnds);
      if (message) queues.delete([message.receipt]);
      if (message || due.some((moment) => moment <= trial.clock.now()))
        done.push(Math.round((trial.clock.now() - start) / 60_000));
      due = due.filter((moment) => moment > trial.clock.now());
    }, 2);
    expect(await travelTo(background, start + 2 * hour, 10)).toMatchObject({ idle: true });
    clearInterval(work);
    expect(done).toEqual([10, 60]);
    expect(Math.round((trial.clock.now() - start) / hour)).toBe(2);
    expect(due).toEqual([start + 3 * hour]);
  });
});
