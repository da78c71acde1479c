// The event source mapping between the table's stream and a function: order, partial failures, bisection, retries,
// and what happens to a record that cannot be processed. Continues behind what was last committed.
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { compilePattern } from '../bus/event-pattern.ts';
import type { Invoke } from '../invoke.ts';
import type { StreamBatch, StreamReader } from './stream-reader.ts';

/** What the pump needs. */
export type PumpOptions = {
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Tries of one record after the first. */
  readonly retries: number;
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
  readonly reader: StreamReader;
  readonly invoke: Invoke;
  /** Keeps a record that failed too often, with its cause; durable when it settles. */
  readonly keepFailure: (failure: StreamFailure) => Promise<void>;
  readonly log: (line: string) => void;
  readonly pause?: (milliseconds: number) => Promise<void>;
};

/** A record that was given up. */
export type StreamFailure = {
  readonly shard: string;
  readonly record: DynamoDBRecord;
  readonly attempts: number;
  readonly cause: unknown;
};

/** A running pump. */
export type Pump = { isIdle(): boolean; stop(): Promise<void> };

/**
 * After a batch that was not full the next one waits this long. The first change of a quiet time is handed on at once;
 * under load batches get larger, and an event costs half: requests keep the engine and the processor.
 */
const gatherMilliseconds = 50;

/** Starts to pump. */
export function startPump(options: PumpOptions): Pump {
  const { reader } = options;
  const wants = options.filter ? compilePattern(options.filter) : () => true;
  let stopped = false;
  let busy = true;
  let gatherUntil = 0;
  const pumpOnce = async (): Promise<void> => {
    const wait = gatherUntil - Date.now();
    if (wait > 0) await pause(options, wait);
    const batch = await reader.read(options.batchSize);
    if (!batch) {
      busy = false;
      await reader.changed();
      busy = true;
      return pause(options, options.windowSeconds * 1000);
    }
    const records = batch.records.filter(wants);
    if (records.length === 0) {
      reader.pass(batch.shard, batch.through);
      return;
    }
    await deliver({ ...batch, records }, options, new Map(), () => stopped);
    if (!stopped) reader.commit(batch.shard, batch.through);
    if (batch.records.length < options.batchSize) gatherUntil = Date.now() + gatherMilliseconds;
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      await pumpOnce().catch(async (error: unknown) => {
        options.log(`The stream pump stumbled: ${String(error)}`);
        await pause(options, 500);
      });
    }
  };
  const running = run();
  return {
    isIdle: () => !busy && reader.isCaughtUp(),
    async stop() {
      stopped = true;
      reader.close();
      await running;
    },
  };
}

type Attempts = Map<string, number>;

/** Delivers in order until every record is done or given up, or the pump is stopped. */
const deliver = async (
  batch: StreamBatch,
  options: PumpOptions,
  attempts: Attempts,
  isStopped: () => boolean,
): Promise<void> => {
  let rest = batch.records;
  while (rest.length > 0 && !isStopped()) {
    const outcome = await attempt(rest, options);
    if (outcome.failedAt === 'all' && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2);
      await deliver({ ...batch, records: rest.slice(0, middle) }, options, attempts, isStopped);
      rest = rest.slice(middle);
      continue;
    }
    const done = outcome.failedAt === 'all' ? 0 : outcome.failedAt;
    if (done > 0) options.reader.commit(batch.shard, sequenceOf(rest[done - 1]));
    rest = rest.slice(done);
    const [failed] = rest;
    if (failed && (await givesUp(failed, batch.shard, outcome.cause, options, attempts))) rest = rest.slice(1);
  }
};

/** Counts a failed try of a record and waits; keeps the record and answers true after the last one. */
const givesUp = async (
  record: DynamoDBRecord,
  shard: string,
  cause: unknown,
  options: PumpOptions,
  attempts: Attempts,
): Promise<boolean> => {
  const tried = (attempts.get(sequenceOf(record)) ?? 0) + 1;
  attempts.set(sequenceOf(record), tried);
  if (tried <= options.retries) {
    await pause(options, Math.min(5_000, 100 * 2 ** tried));
    return false;
  }
  options.log(
    `${options.functionName} failed ${tried} times on stream record ${sequenceOf(record)}, which is kept as a failure: ${String(cause)}`,
  );
  await options.keepFailure({ shard, record, attempts: tried, cause });
  options.reader.commit(shard, sequenceOf(record));
  return true;
};

/** The index of the first failed record; the length of the batch when there is none; `all` when the function threw. */
type Outcome = { readonly failedAt: number | 'all'; readonly cause?: unknown };

const attempt = async (records: readonly DynamoDBRecord[], options: PumpOptions): Promise<Outcome> => {
  try {
    const answer = (await options.invoke(options.functionName, { Records: records })) as
      DynamoDBBatchResponse | null | undefined;
    const failures = Array.isArray(answer?.batchItemFailures) ? answer.batchItemFailures : [];
    if (failures.length === 0) return { failedAt: records.length };
    const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
    const first = records.findIndex((record) => failed.has(sequenceOf(record)));
    const cause = 'The function reported this record in batchItemFailures.';
    return first === -1
      ? { failedAt: 'all', cause: 'The function reported a record that was not in its batch.' }
      : { failedAt: first, cause };
  } catch (cause) {
    return { failedAt: 'all', cause };
  }
};

const pause = (options: PumpOptions, milliseconds: number): Promise<void> =>
  options.pause ? options.pause(milliseconds) : new Promise((resolve) => setTimeout(resolve, milliseconds));

const sequenceOf = (record: DynamoDBRecord | undefined): string => record?.dynamodb?.SequenceNumber ?? '';
