import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTrialStore, type TrialStore } from '#test/support/local-parts';
import { openQueues, untilTheProcessEnds, type QueueStore } from './queue-store.ts';

let trial: TrialStore;
let queues: QueueStore;

const bodies = (queue: string, max = 10): readonly string[] =>
  queues.receive(queue, max, untilTheProcessEnds).map(({ body }) => body);

beforeEach(() => {
  trial = openTrialStore();
  queues = openQueues(trial.store, trial.clock);
});

afterEach(() => {
  trial.remove();
});

describe('queues', () => {
  it('hand out messages in the order of sending, each to one receiver', () => {
    queues.send('react', [{ body: 'a' }, { body: 'b' }, { body: 'c' }]);
    expect(bodies('react', 2)).toEqual(['a', 'b']);
    expect(bodies('react')).toEqual(['c']);
    expect(bodies('jobs')).toEqual([]);
  });

  it('hand out groups by turns: the backlog of one does not hold up the others', () => {
    const of = (group: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({ body: `${group}${String(index)}`, group }));
    queues.send('jobs', [...of('a', 500), { body: 'alone' }]);
    queues.send('jobs', of('b', 3));
    expect(bodies('jobs', 7)).toEqual(['a0', 'alone', 'b0', 'a1', 'b1', 'a2', 'b2']);
    expect(bodies('jobs', 2)).toEqual(['a3', 'a4']);
    // Another process that opens the file goes on by turns.
    queues.send('jobs', of('c', 1));
    queues = openQueues(trial.store, trial.clock);
    expect(bodies('jobs', 4)).toEqual(['a0', 'alone', 'b0', 'c0']);
  });

  it('forget what is deleted and give back what is released, counting the tries', async () => {
    queues.send('react', [{ body: 'a' }, { body: 'b' }]);
    const [a, b] = queues.receive('react', 2, untilTheProcessEnds);
    queues.delete([a?.receipt ?? '']);
    queues.release([b?.receipt ?? ''], trial.clock.now() + 60_000);
    expect(queues.counts('react')).toEqual({ ready: 0, leased: 0, delayed: 1, retrying: 1 });
    await trial.clock.moveTo(trial.clock.now() + 60_000);
    expect(queues.receive('react', 1, untilTheProcessEnds)).toMatchObject([{ body: 'b', received: 2, id: b?.id }]);
  });

  it('hold delayed messages back and know when the next is ready', async () => {
    queues.send('react', [
      { body: 'later', delaySeconds: 900 },
      { body: 'soon', delaySeconds: 30 },
    ]);
    expect(bodies('react')).toEqual([]);
    expect(queues.nextReadyAt('react')).toBeGreaterThan(trial.clock.now() + 29_000);
    await trial.clock.moveTo(queues.nextReadyAt('react') ?? 0);
    expect(bodies('react')).toEqual(['soon']);
    expect(queues.counts('react')).toMatchObject({ leased: 1, delayed: 1, retrying: 0 });
  });

  it('survive their process, and void its leases', () => {
    queues.send('react', [{ body: 'kept' }]);
    expect(bodies('react')).toEqual(['kept']);
    trial.reopen();
    queues = openQueues(trial.store, trial.clock);
    expect(queues.receive('react', 1, untilTheProcessEnds)).toMatchObject([{ body: 'kept', received: 2 }]);
  });

  it('let a lease end by itself', () => {
    queues.send('react', [{ body: 'a' }]);
    queues.receive('react', 1, trial.clock.now() - 1);
    expect(bodies('react')).toEqual(['a']);
  });

  it('move a message as a new one', () => {
    queues.send('react', [{ body: 'a', attributes: '{}' }]);
    const [a] = queues.receive('react', 1, untilTheProcessEnds);
    queues.move([a?.receipt ?? ''], 'react-dlq');
    expect(queues.counts('react')).toMatchObject({ ready: 0, leased: 0 });
    expect(queues.receive('react-dlq', 1, untilTheProcessEnds)).toMatchObject([
      { body: 'a', received: 1, attributes: '{}' },
    ]);
  });
});
