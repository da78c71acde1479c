import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SQS } from '@aws-sdk/client-sqs';
import { clientOptions, openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import type { Listener } from '../listen.ts';
import { openQueues, type QueueStore } from './queue-store.ts';
import { sqsEndpoint } from './sqs-endpoint.ts';

let trial: TrialStore;
let queues: QueueStore;
let listener: Listener;
let client: SQS;
let url: string;

beforeAll(async () => {
  trial = openTrialStore();
  queues = openQueues(trial.store, trial.clock);
  const urls = 'http://127.0.0.1/sqs/000000000000';
  listener = await serveTrial(sqsEndpoint(queues, trial.clock, ['jobs'], urls));
  url = `${urls}/lazo-local-jobs`;
  client = new SQS({ ...clientOptions(listener.url), useQueueUrlAsEndpoint: false });
});

afterAll(async () => {
  client.destroy();
  await listener.close();
  trial.remove();
});

describe('the SQS endpoint', () => {
  it('takes, hands out and deletes messages', async () => {
    await client.sendMessage({
      QueueUrl: url,
      MessageBody: 'one',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    });
    await client.sendMessageBatch({
      QueueUrl: url,
      Entries: [
        { Id: 'a', MessageBody: 'two' },
        { Id: 'b', MessageBody: 'later', DelaySeconds: 60 },
      ],
    });
    const { Messages = [] } = await client.receiveMessage({ QueueUrl: url, MaxNumberOfMessages: 10 });
    expect(Messages.map(({ Body }) => Body)).toEqual(['one', 'two']);
    const { Attributes } = await client.getQueueAttributes({ QueueUrl: url, AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '2',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    await client.deleteMessage({ QueueUrl: url, ReceiptHandle: Messages[0]?.ReceiptHandle });
    await client.deleteMessageBatch({
      QueueUrl: url,
      Entries: [{ Id: 'x', ReceiptHandle: Messages[1]?.ReceiptHandle }],
    });
    expect(queues.counts('jobs')).toMatchObject({ ready: 0, leased: 0 });
  });

  it('waits for a message that comes', async () => {
    const waiting = client.receiveMessage({ QueueUrl: `${url}-dlq`, WaitTimeSeconds: 5 });
    setTimeout(() => queues.send('jobs-dlq', [{ body: 'dead' }]), 100);
    expect((await waiting).Messages).toMatchObject([{ Body: 'dead' }]);
  });

  it.each([
    [
      'an unknown queue',
      { QueueUrl: 'http://127.0.0.1/0/lazo-local-other', Entries: [{ Id: 'a', MessageBody: 'x' }] },
      'QueueDoesNotExist',
    ],
    ['no entries', { Entries: [] }, 'EmptyBatchRequest'],
    [
      'eleven entries',
      { Entries: Array.from({ length: 11 }, (_, index) => ({ Id: String(index), MessageBody: 'x' })) },
      'TooManyEntriesInBatchRequest',
    ],
    [
      'one id twice',
      {
        Entries: [
          { Id: 'a', MessageBody: 'x' },
          { Id: 'a', MessageBody: 'y' },
        ],
      },
      'BatchEntryIdsNotDistinct',
    ],
    [
      'too many bytes',
      { Entries: Array.from({ length: 3 }, (_, index) => ({ Id: String(index), MessageBody: 'x'.repeat(400_000) })) },
      'BatchRequestTooLong',
    ],
    ['too long a delay', { Entries: [{ Id: 'a', MessageBody: 'x', DelaySeconds: 901 }] }, 'InvalidParameterValue'],
  ])('refuses %s', async (_what, input, name) => {
    await expect(client.sendMessageBatch({ QueueUrl: url, ...input })).rejects.toMatchObject({ name });
  });
});
