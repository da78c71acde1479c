import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, openTrialStore, trialKeys, type TrialStore } from '#test/support/local-parts';
import { startEngine, type Engine } from '../engine.ts';
import { canonical, startExpirySweep, type ExpirySweep } from '../table/expiry-sweep.ts';
import { tableCaller, type CallTable } from '../table/table-call.ts';
import { ensureTable } from '../table/table.ts';
import { openApiReader } from './api-reader.ts';
import { openEngineReader } from './engine-reader.ts';
import type { StreamReader } from './stream-reader.ts';

let trial: TrialStore;
let engine: Engine;
let call: CallTable;
let callStreams: CallTable;
let expiry: ExpirySweep;
let tableName = '';
let count = 0;

const put = (id: string, more = {}): Promise<unknown> =>
  call('PutItem', { TableName: tableName, Item: { pk: { S: id }, sk: { S: 'row' }, ...more } });

const openEngine = (sortKeys?: readonly string[]): StreamReader =>
  openEngineReader({
    dbPath: engine.dbPath,
    tableName,
    store: trial.store,
    sortKeys,
    wasDeletedByService: (change) =>
      change?.Keys !== undefined && expiry.wasDeletedByService(canonical(change.Keys as never)),
  });

const openApi = (): StreamReader =>
  openApiReader({ call: callStreams, tableName, store: trial.store, pauseMilliseconds: 5 });

const idsOf = (batch: Awaited<ReturnType<StreamReader['read']>>): readonly (string | undefined)[] =>
  (batch?.records ?? []).map(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S);

const readAll = async (reader: StreamReader): Promise<readonly (string | undefined)[]> => {
  const seen: (string | undefined)[] = [];
  for (let batch = await reader.read(100); batch; batch = await reader.read(100)) {
    seen.push(...idsOf(batch));
    reader.commit(batch.shard, batch.through);
  }
  return seen;
};

beforeAll(async () => {
  trial = openTrialStore();
  engine = await startEngine({ dataDir: trial.folder });
  const access = { endpoint: engine.endpoint, region: 'us-east-1', keys: trialKeys };
  call = tableCaller(access);
  callStreams = tableCaller({ ...access, api: 'DynamoDBStreams_20120810' });
});

beforeEach(async () => {
  tableName = `table-${(count += 1)}`;
  await ensureTable(call, tableName);
  expiry = startExpirySweep(call, tableName, trial.clock, () => undefined);
});

afterAll(async () => {
  await engine.stop();
  trial.remove();
});

describe.each([
  ['the engine file', () => openEngine()],
  ['the Streams API', openApi],
])('a reader of %s', (_what, open) => {
  it('gives records as Lambda gets them', async () => {
    await put('a', { n: { N: '1' }, bytes: { B: 'aGVsbG8=' } });
    await put('a', { n: { N: '2' } });
    await call('DeleteItem', { TableName: tableName, Key: { pk: { S: 'a' }, sk: { S: 'row' } } });
    const reader = open();
    const batch = await reader.read(100);
    expect(batch?.records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(batch?.records[1]).toMatchObject({
      eventID: expect.any(String),
      eventSource: 'aws:dynamodb',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: 'a' }, sk: { S: 'row' } },
        NewImage: { n: { N: '2' } },
        OldImage: { n: { N: '1' }, bytes: { B: 'aGVsbG8=' } },
        SequenceNumber: expect.any(String),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(batch?.records[2]?.dynamodb).not.toHaveProperty('NewImage');
    reader.close();
  });

  it('gives again what was not committed, and goes on behind what was, also as a new process', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await put(id);
    const reader = open();
    const first = await reader.read(2);
    expect(idsOf(first)).toEqual(['a', 'b']);
    expect(idsOf(await reader.read(2))).toEqual(['a', 'b']);
    reader.commit(first?.shard ?? '', first?.records[0]?.dynamodb?.SequenceNumber ?? '');
    expect(idsOf(await reader.read(2))).toEqual(['b', 'c']);
    reader.close();
    trial.reopen();
    const next = open();
    expect(await readAll(next)).toEqual(['b', 'c', 'd']);
    expect(next.isCaughtUp()).toBe(true);
    next.close();
  });

  it('notices a write', async () => {
    const reader = open();
    expect(await reader.read(10)).toBeUndefined();
    const changed = reader.changed();
    await put('late');
    await changed;
    await eventually(async () => (await reader.read(10)) !== undefined);
    expect(await readAll(reader)).toEqual(['late']);
    reader.close();
  });
});

describe('the reader of the engine file', () => {
  it('passes over rows that nobody wants, and remembers that it did', async () => {
    await call('PutItem', { TableName: tableName, Item: { pk: { S: 'a' }, sk: { S: 'v#1' } } });
    const reader = openEngine(['row']);
    const batch = await reader.read(10);
    expect(batch).toMatchObject({ records: [] });
    reader.commit(batch?.shard ?? '', batch?.through ?? '');
    await put('b');
    expect(await readAll(reader)).toEqual(['b']);
    reader.close();
  });

  it('trims what was consumed when it is quiet, without upsetting the numbering', async () => {
    for (let index = 0; index < 20; index += 1) await put(`r${index}`);
    const reader = openEngine();
    await readAll(reader);
    const waiting = reader.changed();
    const database = new DatabaseSync(engine.dbPath, { readOnly: true });
    const left = (): number =>
      Number(
        database.prepare('SELECT count(*) AS count FROM _stream_records WHERE table_name = ?').get(tableName)?.[
          'count'
        ],
      );
    await eventually(() => left() === 1);
    await put('after');
    await waiting;
    expect(await readAll(reader)).toEqual(['after']);
    database.close();
    reader.close();
  });

  it('says of an expired item that the service deleted it', async () => {
    await put('kept', { expiresAt: { N: String(Math.floor(Date.now() / 1000) + 3_600) } });
    await put('gone', { expiresAt: { N: '1000' } });
    expect(await expiry.sweep()).toBe(1);
    const reader = openEngine();
    const removed = (await reader.read(10))?.records.at(-1);
    expect(removed).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    });
    expect(removed?.dynamodb?.Keys).toMatchObject({ pk: { S: 'gone' } });
    await call('DeleteItem', { TableName: tableName, Key: { pk: { S: 'kept' }, sk: { S: 'row' } } });
    expect((await reader.read(10))?.records.at(-1)).not.toHaveProperty('userIdentity');
    reader.close();
  });
});

describe('the table', () => {
  it('is made once, and refused when it is of another version', async () => {
    await ensureTable(call, tableName);
    const other = `${tableName}-other`;
    const key = { AttributeName: 'pk', KeyType: 'HASH' };
    await call('CreateTable', {
      TableName: other,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [key],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    });
    await expect(ensureTable(call, other)).rejects.toThrow(/has no index gsi1/);
  });
});
