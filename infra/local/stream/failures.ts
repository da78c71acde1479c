// Stream records that could not be processed: kept in the failures bucket as Lambda's on-failure destination does,
// with the whole record and the cause, and given to the function again on demand.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ObjectStore } from '../files/object-store.ts';
import type { LocalClock } from '../clock.ts';
import type { Invoke } from '../invoke.ts';
import { functionArn } from '../names.ts';
import type { StreamFailure } from './pump.ts';

/** Kept failures. */
export type StreamFailures = {
  keep(functionName: string, failure: StreamFailure): Promise<void>;
  list(): Promise<readonly unknown[]>;
  /** Asks the functions to work on their kept records again, as an operator does in AWS. Answers how many they did. */
  redrive(): Promise<number>;
};

type Kept = { readonly requestContext: { readonly functionArn: string } };

const prefix = 'aws/lambda/';
const pageSize = 1_000;

/** Failures in one bucket. */
export function openFailures(objects: ObjectStore, bucket: string, clock: LocalClock, invoke: Invoke): StreamFailures {
  const all = () => objects.list(bucket, prefix, '', pageSize).objects;
  const read = (path: string): Kept => JSON.parse(readFileSync(path, 'utf8')) as Kept;
  return {
    async keep(functionName, failure) {
      const at = new Date(clock.now()).toISOString();
      const key = `${prefix}stream/${failure.shard}/${at.slice(0, 10).replaceAll('-', '/')}/${at.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`;
      await objects.put(bucket, key, Buffer.from(JSON.stringify(describe(functionName, failure, at))), {
        headers: { 'content-type': 'application/json' },
      });
    },
    list: () => Promise.resolve(all().map(({ key, path }) => ({ key, ...read(path) }))),
    async redrive() {
      const called = all().map(({ path }) => read(path).requestContext.functionArn.slice(functionArn('').length));
      let count = 0;
      for (const name of new Set(called)) {
        const { redriven } = (await invoke(name, { task: 'redrive' })) as { redriven: number };
        count += redriven;
      }
      return count;
    },
  };
}

/** Lambda says no cause in its own record; without one nobody could tell what to repair. */
const describe = (functionName: string, { shard, record, attempts, cause }: StreamFailure, timestamp: string) => ({
  requestContext: {
    requestId: randomUUID(),
    functionArn: functionArn(functionName),
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: attempts,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: {
    errorType: cause instanceof Error ? cause.name : 'BatchItemFailure',
    errorMessage: cause instanceof Error ? cause.message : String(cause),
  },
  version: '1.0',
  timestamp,
  DDBStreamBatchInfo: {
    shardId: shard,
    startSequenceNumber: record.dynamodb?.SequenceNumber,
    endSequenceNumber: record.dynamodb?.SequenceNumber,
    batchSize: 1,
    streamArn: record.eventSourceARN,
  },
  payload: JSON.stringify({ Records: [record] }),
});
