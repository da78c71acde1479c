// Reads the stream of a DynamoDB elsewhere through its Streams API: shards, parents before children, by polling.
import type { DynamoDBRecord } from 'aws-lambda';
import { recall, remember, type Store } from '../store.ts';
import { TableCallFailed, type CallTable } from '../table/table-call.ts';
import type { StreamReader } from './stream-reader.ts';

/** Which stream; `call` speaks to the Streams API. */
export type ApiReaderOptions = {
  readonly call: CallTable;
  readonly tableName: string;
  readonly store: Store;
  readonly pauseMilliseconds?: number;
};

type Shard = { readonly ShardId: string; readonly ParentShardId?: string };
type Page = { readonly Records?: readonly DynamoDBRecord[]; readonly NextShardIterator?: string };

const finished = 'finished';

/** Between rounds that found nothing. */
const pause = 250;

/** The list of shards is asked for anew this often. */
const shardsFor = 10_000;

/** Opens the reader behind what was last committed. */
export function openApiReader({ call, tableName, store, pauseMilliseconds = pause }: ApiReaderOptions): StreamReader {
  const iterators = new Map<string, string>();
  const memoryOf = (shard: string): string => `stream.${tableName}.${shard}`;
  const positionOf = (shard: string): string | undefined => recall(store, memoryOf(shard)) as string | undefined;
  let listed: { readonly arn: string; readonly shards: readonly Shard[]; readonly at: number } | undefined;
  let pending: { readonly shard: string; readonly through: string; readonly next: string | undefined } | undefined;
  let isQuiet = false;
  const open = async (): Promise<{ readonly arn: string; readonly shards: readonly Shard[] }> => {
    if (!listed || Date.now() - listed.at > shardsFor)
      listed = { ...(await listShards(call, tableName)), at: Date.now() };
    return { arn: listed.arn, shards: readable(listed.shards, positionOf) };
  };
  const fetch = async (arn: string, shard: string, Limit: number): Promise<Page> => {
    const ShardIterator = iterators.get(shard) ?? (await iteratorFor(call, arn, shard, positionOf(shard)));
    iterators.set(shard, ShardIterator);
    return await call('GetRecords', { ShardIterator, Limit });
  };
  const advance = (shard: string, next: string | undefined): void => {
    if (next !== undefined) return void iterators.set(shard, next);
    iterators.delete(shard);
    remember(store, memoryOf(shard), finished);
    listed = undefined;
  };
  const commit: StreamReader['commit'] = (shard, position) => {
    remember(store, memoryOf(shard), position);
    if (pending?.shard === shard && pending.through === position) advance(shard, pending.next);
    else iterators.delete(shard);
  };
  return {
    async read(limit) {
      const { arn, shards } = await open();
      for (const { ShardId: shard } of shards) {
        const { Records: records = [], NextShardIterator: next } = await fetch(arn, shard, limit).catch(
          (error: unknown) => {
            iterators.delete(shard);
            throw error;
          },
        );
        const through = records.at(-1)?.dynamodb?.SequenceNumber;
        if (through === undefined) {
          advance(shard, next);
          continue;
        }
        isQuiet = false;
        pending = { shard, through, next };
        return { shard, records, through };
      }
      isQuiet = true;
      return undefined;
    },
    changed: () => new Promise((resolve) => setTimeout(resolve, pauseMilliseconds)),
    commit,
    pass: commit,
    isCaughtUp: () => isQuiet,
    close: () => undefined,
  };
}

type Description = { readonly Shards?: readonly Shard[]; readonly LastEvaluatedShardId?: string };

const listShards = async (call: CallTable, tableName: string): Promise<{ arn: string; shards: readonly Shard[] }> => {
  const { Streams } = (await call('ListStreams', { TableName: tableName })) as {
    readonly Streams?: readonly { readonly StreamArn: string }[];
  };
  const arn = Streams?.at(-1)?.StreamArn;
  if (arn === undefined) throw new Error(`Table ${tableName} has no stream.`);
  const shards: Shard[] = [];
  let after: string | undefined;
  do {
    const input = { StreamArn: arn, ...(after !== undefined && { ExclusiveStartShardId: after }) };
    const page = (await call('DescribeStream', input))['StreamDescription'] as Description;
    shards.push(...(page.Shards ?? []));
    after = page.LastEvaluatedShardId;
  } while (after !== undefined);
  return { arn, shards };
};

/** Shards with something left, whose parent is done or gone: the order of one row's changes is kept so. */
const readable = (shards: readonly Shard[], positionOf: (shard: string) => string | undefined): readonly Shard[] => {
  const open = shards.filter(({ ShardId }) => positionOf(ShardId) !== finished);
  const names = new Set(open.map(({ ShardId }) => ShardId));
  return open.filter(({ ParentShardId }) => ParentShardId === undefined || !names.has(ParentShardId));
};

const iteratorFor = async (
  call: CallTable,
  StreamArn: string,
  ShardId: string,
  position: string | undefined,
): Promise<string> => {
  const ask = async (where: Readonly<Record<string, string>>): Promise<string> =>
    String((await call('GetShardIterator', { StreamArn, ShardId, ...where }))['ShardIterator']);
  if (position === undefined) return ask({ ShardIteratorType: 'TRIM_HORIZON' });
  try {
    return await ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position });
  } catch (error) {
    if (!(error instanceof TableCallFailed) || error.code !== 'TrimmedDataAccessException') throw error;
    return ask({ ShardIteratorType: 'TRIM_HORIZON' });
  }
};
