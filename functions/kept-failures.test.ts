import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { listFailures, redriveFailures, type KeptFailures } from './kept-failures.ts';

const record = (pk: string): DynamoDBRecord => ({
  dynamodb: { SequenceNumber: pk, Keys: { pk: { S: pk }, sk: { S: 'row' } } },
});

/** As Lambda writes it, and with the cause that the local cloud adds. */
const kept = (at: string, pk: string, cause?: object): string =>
  JSON.stringify({
    version: '1.0',
    timestamp: at,
    requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 6 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    ...(cause && { responsePayload: cause }),
    payload: JSON.stringify({ Records: [record(pk)] }),
  });

let objects: Map<string, string>;
const failures: KeptFailures = {
  list: (prefix) =>
    Promise.resolve([...objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key, size: 1 }))),
  get: (key) => Promise.resolve(objects.has(key) ? Buffer.from(objects.get(key) ?? '') : undefined),
  delete: (key) => Promise.resolve(void objects.delete(key)),
};

beforeEach(() => {
  objects = new Map([
    ['aws/lambda/m/shard-2/2026/11/22/late', kept('2026-11-22T16:00:00Z', 't1#late')],
    [
      'aws/lambda/m/shard-1/2026/11/22/early',
      kept('2026-11-22T15:00:00Z', 't1#early', { errorType: 'TypeError', errorMessage: 'not so' }),
    ],
  ]);
});

describe('kept failures', () => {
  it('are listed, the oldest first, with their cause and their rows', async () => {
    expect(await listFailures(failures)).toEqual([
      {
        key: 'aws/lambda/m/shard-1/2026/11/22/early',
        at: '2026-11-22T15:00:00Z',
        cause: 'RetryAttemptsExhausted after 6 tries: TypeError: not so',
        rows: ['t1#early'],
      },
      expect.objectContaining({ cause: 'RetryAttemptsExhausted after 6 tries', rows: ['t1#late'] }),
    ]);
  });

  it('are recorded in order and removed; what fails again stays', async () => {
    const seen: (string | undefined)[] = [];
    const answer = await redriveFailures(failures, ({ Records }: DynamoDBStreamEvent) => {
      const [first] = Records;
      seen.push(first?.dynamodb?.SequenceNumber);
      const fails = first?.dynamodb?.SequenceNumber === 't1#early';
      return Promise.resolve({ batchItemFailures: fails ? [{ itemIdentifier: 't1#early' }] : [] });
    });
    expect(seen).toEqual(['t1#early', 't1#late']);
    expect(answer).toEqual({ redriven: 1, left: ['aws/lambda/m/shard-1/2026/11/22/early'] });
    expect([...objects.keys()]).toEqual(answer.left);
  });
});
