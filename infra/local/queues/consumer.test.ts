import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { eventually, openTrialStore, type TrialStore } from '#test/support/local-parts';
import { startConsumer, type Consumer } from './consumer.ts';
import { openQueues, type QueueStore } from './queue-store.ts';

let trial: TrialStore;
let queues: QueueStore;
let consumer: Consumer | undefined;

const start = (work: (event: SQSEvent) => unknown, more: { batchSize?: number; concurrency?: number } = {}): void => {
  consumer = startConsumer({
    queue: 'react',
    functionName: 'react',
    batchSize: 10,
    visibilitySeconds: 30,
    receives: 3,
    concurrency: 2,
    queues,
    clock: trial.clock,
    log: () => undefined,
    invoke: (_name, event) => Promise.resolve(work(event as SQSEvent)),
    ...more,
  });
};

const send = (...bodies: readonly string[]): void => {
  queues.send(
    'react',
    bodies.map((body) => ({ body })),
  );
};

const isDrained = (): boolean => Object.values(queues.counts('react')).every((count) => count === 0);

/** Moves the clock past the next pause before a retry. */
const passRetry = async (): Promise<void> => {
  await eventually(() => queues.counts('react').retrying > 0 && queues.counts('react').leased === 0);
  await trial.clock.moveTo(trial.clock.now() + 30_000);
};

beforeEach(() => {
  trial = openTrialStore();
  queues = openQueues(trial.store, trial.clock);
});

afterEach(async () => {
  await consumer?.stop();
  trial.remove();
});

describe('a consumer', () => {
  it('calls the function with batches as Lambda does, and deletes what it did', async () => {
    const events: SQSEvent[] = [];
    send('a', 'b', 'c');
    start((event) => events.push(event), { batchSize: 2, concurrency: 1 });
    await eventually(isDrained);
    expect(events.map(({ Records }) => Records.map(({ body }) => body))).toEqual([['a', 'b'], ['c']]);
    expect(events[0]?.Records[0]).toMatchObject({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:lazo-local-react',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
    });
  });

  it('wakes up for what is sent later', async () => {
    const heard: string[] = [];
    start(({ Records }) => heard.push(...Records.map(({ body }) => body)));
    await eventually(isDrained);
    send('late');
    await eventually(() => heard.length > 0);
    expect(heard).toEqual(['late']);
  });

  it('tries again only those that the function names', async () => {
    const heard: string[] = [];
    send('good', 'bad');
    start(({ Records }) => {
      heard.push(...Records.map(({ body }) => body));
      return {
        batchItemFailures: Records.filter(({ body }) => body === 'bad' && heard.length < 3).map(({ messageId }) => ({
          itemIdentifier: messageId,
        })),
      };
    });
    await passRetry();
    await eventually(isDrained);
    expect(heard).toEqual(['good', 'bad', 'bad']);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no'))],
    ['names a message that was not in the batch', () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] })],
    ['names nothing', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ])('takes the whole batch as failed when the function %s', async (_what, work) => {
    send('a', 'b');
    start(work);
    await eventually(() => queues.counts('react').retrying > 0);
    expect(queues.counts('react')).toMatchObject({ ready: 0, leased: 0, retrying: 2 });
  });

  it('gives up after the last try and keeps the message as a dead letter', async () => {
    let tries = 0;
    send('poison');
    start(() => {
      tries += 1;
      throw new Error('no');
    });
    await passRetry();
    await passRetry();
    await eventually(() => queues.counts('react-dlq').ready === 1);
    expect(tries).toBe(3);
    expect(isDrained()).toBe(true);
  });

  it('runs no more batches at once than it may', async () => {
    let running = 0;
    let most = 0;
    send(...Array.from({ length: 12 }, (_, index) => String(index)));
    start(
      async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      },
      { batchSize: 1, concurrency: 3 },
    );
    await eventually(isDrained);
    expect(most).toBe(3);
  });

  it('ends what is under way before it stops', async () => {
    let done = false;
    send('a');
    start(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      done = true;
    });
    await eventually(() => queues.counts('react').leased === 1);
    await consumer?.stop();
    expect(done).toBe(true);
    expect(isDrained()).toBe(true);
  });
});
