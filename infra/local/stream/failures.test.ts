import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { openTrialStore, type TrialStore } from '#test/support/local-parts';
import { openObjects } from '../files/object-store.ts';
import { openFailures, type StreamFailures } from './failures.ts';

const record: DynamoDBRecord = {
  dynamodb: { SequenceNumber: '7', Keys: { pk: { S: 'a' } } },
  eventSourceARN: 'arn:stream',
};

let trial: TrialStore;
let failures: StreamFailures;
let answer: () => unknown;
let calls: unknown[];

beforeEach(async () => {
  trial = openTrialStore();
  calls = [];
  answer = () => ({ batchItemFailures: [] });
  failures = openFailures(
    openObjects(trial.store, `${trial.folder}/objects`),
    'failures',
    trial.clock,
    (name, event) => {
      calls.push([name, event]);
      return Promise.resolve(answer());
    },
  );
  await failures.keep('record-events', { shard: 's', record, attempts: 6, cause: new TypeError('not so') });
});

afterEach(() => {
  trial.remove();
});

describe('kept failures', () => {
  it('have the form of an on-failure destination, the whole record and the cause', async () => {
    const [kept] = (await failures.list()) as readonly { key: string; payload: string }[];
    expect(kept).toMatchObject({
      key: expect.stringMatching(/^aws\/lambda\/stream\/s\/\d{4}\/\d\d\/\d\d\//),
      requestContext: {
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 6,
        functionArn: expect.stringMatching(/record-events$/),
      },
      responsePayload: { errorType: 'TypeError', errorMessage: 'not so' },
      DDBStreamBatchInfo: { shardId: 's', startSequenceNumber: '7', streamArn: 'arn:stream' },
    });
    expect(JSON.parse(kept?.payload ?? '')).toEqual({ Records: [record] });
  });

  it('are worked on by their function once more, when it is told to', async () => {
    await failures.keep('record-events', { shard: 's', record, attempts: 6, cause: new TypeError('not so') });
    answer = () => ({ redriven: 2, left: [] });
    expect(await failures.redrive()).toBe(2);
    expect(calls).toEqual([['record-events', { task: 'redrive' }]]);
  });
});
