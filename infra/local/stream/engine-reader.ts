// Reads the stream where the engine keeps it: in its SQLite file. That costs the engine nothing, and skipping rows
// that no filter wants costs us next to nothing; `PRAGMA data_version` tells of a write within milliseconds.
import { DatabaseSync } from 'node:sqlite';
import type { DynamoDBRecord } from 'aws-lambda';
import { recall, remember, type Store } from '../store.ts';
import { account, region } from '../names.ts';
import type { StreamReader } from './stream-reader.ts';
import { createTrimmer } from './trimmer.ts';

/** Where the stream is, and what of it is wanted. */
export type EngineReaderOptions = {
  readonly dbPath: string;
  readonly tableName: string;
  readonly store: Store;
  /** Sort keys that the filter of the wiring wants; undefined for all. */
  readonly sortKeys: readonly string[] | undefined;
  /** Whether time to live deleted this item, given its keys as the engine writes them. */
  readonly wasDeletedByService: (keys: DynamoDBRecord['dynamodb']) => boolean;
};

/** The file is looked at this often while it changes, and when it has been still for a while (milliseconds). */
const pace = { awake: 3, asleep: 15, sleepsAfter: 2_000 };

/** Consumed records are deleted when nothing has been written for this long (milliseconds). */
const trimAfter = 300;

const shard = 'engine';

/** Opens the reader behind what was last committed. */
export function openEngineReader(options: EngineReaderOptions): StreamReader {
  const { store, tableName } = options;
  // Reading never waits; a lock for trimming is not worth waiting for.
  const database = new DatabaseSync(options.dbPath, { timeout: 20 });
  const trimmer = createTrimmer(database, tableName);
  const sql = prepareStatements(database, options.sortKeys);
  const memory = `stream.${tableName}`;
  let committed = Number(recall(store, memory) ?? 0);
  let seenVersion: unknown;
  let closed = false;
  let wake = (): void => undefined;
  const version = (): unknown => sql.version.get()?.['data_version'];
  return {
    read(limit) {
      seenVersion = version();
      const last = Number(sql.last.get(tableName)?.['last'] ?? 0);
      // The engine counts on from the newest record it finds; after a restore of its file it may begin anew.
      if (last < committed) committed = last;
      if (last === committed) return Promise.resolve(undefined);
      const rows = sql.next.all(...sql.bind(tableName, committed, last, limit));
      const through = rows.length < limit ? last : Number(rows.at(-1)?.['sequence_number']);
      return Promise.resolve({ shard, records: rows.map((row) => toRecord(row, options)), through: String(through) });
    },
    changed: () =>
      new Promise((resolve) => {
        let still = Date.now();
        const look = (): void => {
          if (closed || version() !== seenVersion) return resolve();
          const quiet = Date.now() - still;
          if (quiet > trimAfter && trimmer.trim(committed)) still = Date.now() - trimAfter;
          timer = setTimeout(look, quiet > pace.sleepsAfter ? pace.asleep : pace.awake);
        };
        let timer = setTimeout(look, pace.awake);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    commit(_shard, through) {
      committed = Number(through);
      remember(store, memory, committed);
      trimmer.trimUnderLoad(committed);
    },
    pass(_shard, through) {
      committed = Number(through);
    },
    isCaughtUp: () => version() === seenVersion,
    close() {
      closed = true;
      wake();
      database.close();
    },
  };
}

const prepareStatements = (database: DatabaseSync, sortKeys: readonly string[] | undefined) => {
  const wanted = sortKeys ? `AND json_extract(keys_json, '$.sk.S') IN (${sortKeys.map(() => '?').join()})` : '';
  return {
    version: database.prepare('PRAGMA data_version'),
    last: database.prepare(
      'SELECT max(CAST(sequence_number AS INTEGER)) AS last FROM _stream_records WHERE table_name = ?',
    ),
    next: database.prepare(`SELECT * FROM _stream_records WHERE table_name = ? AND CAST(sequence_number AS INTEGER) > ?
      AND CAST(sequence_number AS INTEGER) <= ? ${wanted} ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?`),
    bind: (table: string, from: number, to: number, limit: number) => [table, from, to, ...(sortKeys ?? []), limit],
  };
};

const toRecord = (row: Readonly<Record<string, unknown>>, options: EngineReaderOptions): DynamoDBRecord => {
  const sequence = String(row['sequence_number']);
  const dynamodb = {
    ApproximateCreationDateTime: Number(row['created_at']),
    Keys: parse(row['keys_json']),
    ...(row['new_image'] === null ? {} : { NewImage: parse(row['new_image']) }),
    ...(row['old_image'] === null ? {} : { OldImage: parse(row['old_image']) }),
    SequenceNumber: sequence,
    SizeBytes: sizeOf(row['keys_json']) + sizeOf(row['new_image']) + sizeOf(row['old_image']),
    StreamViewType: 'NEW_AND_OLD_IMAGES' as const,
  };
  const byService = row['event_name'] === 'REMOVE' && options.wasDeletedByService(dynamodb);
  return {
    eventID: sequence,
    eventName: row['event_name'] as 'INSERT' | 'MODIFY' | 'REMOVE',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb,
    eventSourceARN: `arn:aws:dynamodb:${region}:${account}:table/${options.tableName}/stream/local`,
    ...(byService ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
  };
};

const parse = (json: unknown): NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['Keys']> =>
  JSON.parse(String(json)) as never;

const sizeOf = (json: unknown): number => (typeof json === 'string' ? json.length : 0);
