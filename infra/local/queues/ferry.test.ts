import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SQS } from '@aws-sdk/client-sqs';
import { clientOptions, eventually, openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import type { Listener } from '../listen.ts';
import { startFerry, type Ferry } from './ferry.ts';
import { openQueues, type QueueStore } from './queue-store.ts';
import { sqsEndpoint } from './sqs-endpoint.ts';

// The real queues are those of another local cloud.
let [here, there]: TrialStore[] = [];
let [ours, theirs]: QueueStore[] = [];
let listener: Listener;
let client: SQS;
let ferry: Ferry;
let urls: string;
const said: string[] = [];

beforeAll(async () => {
  [here, there] = [openTrialStore(), openTrialStore()];
  [ours, theirs] = [openQueues(here.store, here.clock), openQueues(there.store, there.clock)];
  urls = 'http://127.0.0.1/123456789012';
  listener = await serveTrial(sqsEndpoint(theirs, there.clock, ['jobs', 'react'], urls));
  client = new SQS({ ...clientOptions(listener.url), useQueueUrlAsEndpoint: false });
  const options = { client, urls, queues: ours, log: (line: string) => void said.push(line) };
  ferry = startFerry({ ...options, names: ['jobs', 'react'] });
});

afterAll(async () => {
  await ferry.stop();
  client.destroy();
  await listener.close();
  here?.remove();
  there?.remove();
});

describe('the ferry', () => {
  it('fetches what is sent to real queues into those of this machine, once', async () => {
    const QueueUrl = `${urls}/lazo-local-jobs`;
    await client.sendMessage({ QueueUrl, MessageBody: 'one' });
    for (let count = 0; count < 15; count += 1) await client.sendMessage({ QueueUrl, MessageBody: String(count) });
    await eventually(() => ours?.counts('jobs').ready === 16);
    const [first] = ours?.receive('jobs', 1, Number.MAX_SAFE_INTEGER) ?? [];
    expect(first).toMatchObject({ body: 'one', received: 1 });
    await eventually(() => theirs?.counts('jobs').leased === 0);
    expect(theirs?.counts('jobs')).toMatchObject({ ready: 0, leased: 0 });
    expect(ours?.counts('react')).toMatchObject({ ready: 0 });
    expect(said).toEqual([]);
  });

  it('says once that a queue is not there, and ends while it waits', async () => {
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    if (!ours) throw new Error('No queues.');
    const lost = startFerry({ client, urls, queues: ours, names: ['nothing'], log });
    await eventually(() => lines.length > 0);
    await lost.stop();
    expect(lines).toEqual([expect.stringMatching(/^nothing cannot be fetched from http/)]);
  });
});
