// What is set on the table: expiry, and the stream that everything downstream lives on.
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import { expect, it } from '@jest/globals';
import { ask, type Tenanted, type TestTable } from '#test/support/engine';

/** Time to live and stream. */
export function settings(fixture: Tenanted<TestTable>): void {
  const row = (attributes: object) => ({ pk: `${fixture.tenant}#acc_1`, sk: 'row', ...attributes });
  const describeTable = async () => {
    const { tableName, exchange } = fixture.engine;
    return (await ask(exchange, 'DescribeTable', { TableName: tableName }))['Table'] as Record<string, unknown>;
  };

  it('lets rows expire by expiresAt', async () => {
    const { tableName, exchange } = fixture.engine;
    const answer = await ask(exchange, 'DescribeTimeToLive', { TableName: tableName });
    expect(answer['TimeToLiveDescription']).toMatchObject({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  });

  it('has the six indexes', async () => {
    const described = (await describeTable())['GlobalSecondaryIndexes'] as readonly { readonly IndexName: string }[];
    expect(described.map(({ IndexName }) => IndexName).toSorted()).toEqual([
      'due',
      'gsi1',
      'gsi2',
      'gsi3',
      'gsi4',
      'gsi5',
    ]);
  });

  it('streams both images of every version, in order', async () => {
    await fixture.table.write({ kind: 'put', item: row({ version: 1 }) });
    await fixture.table.write({ kind: 'put', item: row({ version: 2 }) });
    await fixture.table.transact([{ kind: 'delete', key: row({}) }]);
    const records = await readStream(fixture.engine.endpoint, String((await describeTable())['LatestStreamArn']));
    const own = records.filter((record) => record.dynamodb?.Keys?.['pk']?.S === row({}).pk);
    const versions = own.map(({ eventName, dynamodb }) => [
      eventName,
      dynamodb?.OldImage?.['version']?.N,
      dynamodb?.NewImage?.['version']?.N,
    ]);
    expect(versions).toEqual([
      ['INSERT', undefined, '1'],
      ['MODIFY', '1', '2'],
      ['REMOVE', '2', undefined],
    ]);
  });
}

const readStream = async (endpoint: string, StreamArn: string) => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBStreamsClient({ endpoint, region: 'us-east-1', credentials });
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const shards = (StreamDescription?.Shards ?? []).map(async ({ ShardId }) => {
    const start = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
    return readShard(client, (await client.send(start)).ShardIterator);
  });
  return (await Promise.all(shards)).flat();
};

/** To its end: an open shard goes on for ever, so the first empty page ends it. */
const readShard = async (
  client: DynamoDBStreamsClient,
  ShardIterator: string | undefined,
): Promise<readonly StreamRecord[]> => {
  if (!ShardIterator) return [];
  const page = await client.send(new GetRecordsCommand({ ShardIterator }));
  const records = page.Records ?? [];
  return records.length === 0 ? [] : [...records, ...(await readShard(client, page.NextShardIterator))];
};
