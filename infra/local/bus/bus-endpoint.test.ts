import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventBridge, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { clientOptions, openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import type { Listener } from '../listen.ts';
import { openQueues, untilTheProcessEnds, type QueueStore } from '../queues/queue-store.ts';
import type { Wiring } from '../wiring.ts';
import { busEndpoint } from './bus-endpoint.ts';
import { createBus, type Bus } from './bus.ts';

const wiring: Wiring = {
  queues: {},
  functions: {
    everything: {
      entry: 'functions/x.ts',
      memory: 128,
      timeoutSeconds: 1,
      may: [],
      triggers: [
        { on: 'bus', bus: 'crm', pattern: { source: ['lazo.crm'] }, queue: 'react', batchSize: 10 },
        { on: 'bus', bus: 'crm', pattern: { 'detail-type': [{ prefix: 'quote.' }] }, queue: 'react', batchSize: 10 },
        { on: 'bus', bus: 'crm', pattern: { detail: { tenant: ['t2'] } }, queue: 'jobs', batchSize: 10 },
        {
          ...{ on: 'bus', bus: 'crm', queue: 'mail-out', batchSize: 10 },
          pattern: { source: ['lazo.crm'], 'replay-name': [{ exists: false }] },
        },
        { on: 'bus', bus: 'default', pattern: { source: ['aws.ses'] }, queue: 'mail-feedback', batchSize: 10 },
      ],
    },
  },
};

let trial: TrialStore;
let queues: QueueStore;
let bus: Bus;
let listener: Listener;
let client: EventBridge;

const entry = (more: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  EventBusName: 'lazo-local-crm',
  Source: 'lazo.crm',
  DetailType: 'quote.accepted',
  Detail: JSON.stringify({ tenant: 't1' }),
  ...more,
});

const received = (queue: string): readonly Record<string, unknown>[] =>
  queues.receive(queue, 100, untilTheProcessEnds).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

beforeAll(async () => {
  trial = openTrialStore();
  queues = openQueues(trial.store, trial.clock);
  bus = createBus(wiring, queues, trial.store);
  listener = await serveTrial(busEndpoint(bus, trial.clock, (name) => name.replace('lazo-local-', '')));
  client = new EventBridge(clientOptions(listener.url));
});

afterAll(async () => {
  client.destroy();
  await listener.close();
  trial.remove();
});

describe('the bus', () => {
  it('puts an event, in its envelope, into the queue of each rule that it matches, once a queue', async () => {
    const answer = await client.putEvents({
      Entries: [entry({ Time: new Date('2026-11-22T10:00:00.500Z') }), entry({ Detail: '{"tenant":"t2"}' })],
    });
    expect(answer).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }, { EventId: expect.any(String) }],
    });
    const events = received('react');
    expect(events).toHaveLength(2);
    expect(events[0]).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'quote.accepted',
      source: 'lazo.crm',
      account: '000000000000',
      time: '2026-11-22T10:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: { tenant: 't1' },
    });
    expect(received('jobs')).toMatchObject([{ detail: { tenant: 't2' } }]);
    expect(received('mail-feedback')).toEqual([]);
  });

  it('takes the good entries of a request and says what is wrong with the others', async () => {
    const { FailedEntryCount, Entries = [] } = await client.putEvents({
      Entries: [
        entry(),
        entry({ Detail: 'no json' }),
        entry({ Detail: '[]' }),
        entry({ Source: 'aws.ses' }),
        entry({ DetailType: '' }),
        entry({ EventBusName: 'other' }),
      ],
    });
    expect(FailedEntryCount).toBe(5);
    expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'InvalidArgument',
      'ResourceNotFoundException',
    ]);
    expect(received('react')).toHaveLength(1);
  });

  it('refuses more than ten entries, and more than 256 KB', async () => {
    await expect(client.putEvents({ Entries: Array.from({ length: 11 }, () => entry()) })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const large = entry({ Detail: JSON.stringify({ text: 'x'.repeat(140_000) }) });
    await expect(client.putEvents({ Entries: [large, large] })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('carries the name of a replay', () => {
    const event = {
      version: '0',
      id: '1',
      'detail-type': 'quote.sent',
      source: 'lazo.crm',
      account: '0',
      time: '',
      region: '',
      resources: [],
      detail: {},
    };
    bus.publish('crm', [{ ...event, 'replay-name': 'again' }]);
    expect(received('react')).toMatchObject([{ 'replay-name': 'again' }]);
  });

  it('replays what was archived of a span, in order, to all rules or some, never to those that hear things once', async () => {
    const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 10, minute));
    await client.putEvents({
      Entries: [0, 1, 2, 3].map((minute) => entry({ Time: at(minute), Detail: `{"tenant":"t2","n":${minute}}` })),
    });
    for (const queue of ['react', 'jobs', 'mail-out']) received(queue);
    const replay = (ReplayName: string, FilterArns?: string[]) =>
      client.startReplay({
        ReplayName,
        EventSourceArn: 'arn:aws:events:us-east-1:000000000000:archive/lazo-local-crm',
        EventStartTime: at(1),
        EventEndTime: at(2),
        Destination: { Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/lazo-local-crm', FilterArns },
      });
    expect(await replay('again')).toMatchObject({ State: 'COMPLETED' });
    const seen = (queue: string) =>
      received(queue).map(({ 'replay-name': name, detail }) => [name, (detail as { readonly n: number }).n]);
    expect(seen('react')).toEqual([
      ['again', 1],
      ['again', 2],
    ]);
    expect(seen('jobs')).toHaveLength(2);
    expect(seen('mail-out')).toEqual([]);
    await replay('some', ['arn:aws:events:us-east-1:000000000000:rule/lazo-local-crm/lazo-local-jobs']);
    expect([seen('react').length, seen('jobs').length]).toEqual([0, 2]);
    await expect(replay('')).rejects.toThrow();
  });

  it('refuses a wiring with a pattern that EventBridge would refuse', () => {
    const trigger = { on: 'bus', bus: 'crm', pattern: { source: 'x' }, queue: 'react', batchSize: 1 } as const;
    const broken: Wiring = {
      queues: {},
      functions: { x: { entry: 'functions/x.ts', memory: 128, timeoutSeconds: 1, may: [], triggers: [trigger] } },
    };
    expect(() => createBus(broken, queues, trial.store)).toThrow(/source/);
  });
});
