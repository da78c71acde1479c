import { afterEach, describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { eventually } from '#test/support/local-parts';
import { startPump, type Pump, type StreamFailure } from './pump.ts';
import type { StreamReader } from './stream-reader.ts';

type Work = (names: readonly string[]) => unknown;

const record = (name: string, at: number): DynamoDBRecord => ({
  dynamodb: { SequenceNumber: String(at), Keys: { pk: { S: name } } },
});

const nameOf = (each: DynamoDBRecord): string => each.dynamodb?.Keys?.['pk']?.S ?? '';

const sequenceFor = (names: readonly string[], all: readonly string[], wanted: string): string =>
  String(all.indexOf(names.find((name) => name === wanted) ?? '') + 1);

/** A stream in memory, with what was committed of it. */
const streamOf = (names: readonly string[]): StreamReader & { committed: () => number } => {
  const records = names.map((name, index) => record(name, index + 1));
  let committed = 0;
  const commit = (_shard: string, position: string): void => {
    committed = Number(position);
  };
  return {
    committed: () => committed,
    read: (limit) => {
      const rest = records.slice(committed, committed + limit);
      return Promise.resolve(
        rest.length === 0 ? undefined : { shard: 's', records: rest, through: String(committed + rest.length) },
      );
    },
    changed: () => new Promise((resolve) => setTimeout(resolve, 5)),
    commit,
    pass: commit,
    isCaughtUp: () => committed === records.length,
    close: () => undefined,
  };
};

let pump: Pump | undefined;

const run = async (
  names: readonly string[],
  work: Work,
  more: { batchSize?: number; filter?: Readonly<Record<string, unknown>> } = {},
) => {
  const reader = streamOf(names);
  const calls: string[][] = [];
  const failures: StreamFailure[] = [];
  pump = startPump({
    functionName: 'record-events',
    batchSize: 10,
    windowSeconds: 0,
    retries: 2,
    reader,
    keepFailure: (failure) => Promise.resolve(void failures.push(failure)),
    log: () => undefined,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    invoke: async (_name, event) => {
      const batch = (event as { Records: readonly DynamoDBRecord[] }).Records.map(nameOf);
      calls.push(batch);
      return Promise.resolve(work(batch));
    },
    ...more,
  });
  const running = pump;
  await eventually(() => running.isIdle());
  return {
    calls,
    failures: failures.map((failure) => ({ ...failure, record: nameOf(failure.record) })),
    committed: reader.committed(),
  };
};

afterEach(() => pump?.stop());

const letters = ['a', 'b', 'c', 'd', 'e'];

describe('the stream pump', () => {
  it('hands on batches in order and remembers how far it is', async () => {
    const { calls, committed } = await run(letters, () => undefined, { batchSize: 2 });
    expect(calls).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(committed).toBe(5);
  });

  it('goes on from the first record that the function names', async () => {
    let failed = false;
    const { calls } = await run(letters, (names) => {
      if (failed) return { batchItemFailures: [] };
      failed = true;
      return { batchItemFailures: ['d', 'c'].map((name) => ({ itemIdentifier: sequenceFor(names, letters, name) })) };
    });
    expect(calls).toEqual([letters, ['c', 'd', 'e']]);
  });

  it('gives up one record after its last retry, and loses no other', async () => {
    const { calls, failures, committed } = await run(letters, (names) =>
      names.includes('b') ? { batchItemFailures: [{ itemIdentifier: '2' }] } : { batchItemFailures: [] },
    );
    expect(calls).toEqual([letters, ['b', 'c', 'd', 'e'], ['b', 'c', 'd', 'e'], ['c', 'd', 'e']]);
    expect(failures).toEqual([{ shard: 's', record: 'b', attempts: 3, cause: expect.any(String) }]);
    expect(committed).toBe(5);
  });

  it('halves a batch on which the function throws until only the culprit is left', async () => {
    const { calls, failures } = await run(letters, (names) => {
      if (names.includes('d')) throw new Error('cannot');
    });
    expect(calls).toEqual([letters, ['a', 'b', 'c'], ['d', 'e'], ['d'], ['d'], ['d'], ['e']]);
    expect(failures).toMatchObject([{ record: 'd', attempts: 3, cause: { message: 'cannot' } }]);
  });

  it('takes an answer about records that were not in the batch as a failure of the batch', async () => {
    const { failures } = await run(['a'], () => ({ batchItemFailures: [{ itemIdentifier: '99' }] }));
    expect(failures).toMatchObject([{ record: 'a' }]);
  });

  it('calls the function only for records that the filter wants', async () => {
    const { calls, committed } = await run(letters, () => undefined, {
      filter: { dynamodb: { Keys: { pk: { S: ['b', 'e'] } } } },
    });
    expect(calls).toEqual([['b', 'e']]);
    expect(committed).toBe(5);
  });

  it('neither skips nor forgets when a failure cannot be kept', async () => {
    let refusals = 2;
    const reader = streamOf(['a', 'b']);
    const kept: string[] = [];
    pump = startPump({
      functionName: 'record-events',
      batchSize: 1,
      windowSeconds: 0,
      retries: 0,
      reader,
      invoke: () => Promise.reject(new Error('cannot')),
      keepFailure: (failure) => {
        refusals -= 1;
        if (refusals >= 0) return Promise.reject(new Error('the disk is full'));
        return Promise.resolve(void kept.push(nameOf(failure.record)));
      },
      log: () => undefined,
      pause: () => new Promise((resolve) => setImmediate(resolve)),
    });
    await eventually(() => kept.length === 2);
    expect(kept).toEqual(['a', 'b']);
  });
});
