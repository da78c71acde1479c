// What the table's own gateway costs beside the SDK and beside bare HTTP: CPU of this process for each operation, on the
// embedded engine. `node bench/table-gateway.ts`; it is why shared/aws/table.ts does not use the SDK.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from '#kernel/table';
import { toAttributes } from '#aws/dynamodb/attribute-values';
import { openExchange } from '#aws/dynamodb/exchange';
import { openTable } from '#aws/table';
import { createTableInput } from '#infra/table-definition';
import { startEngine } from '#infra/local/engine';

type Operations = Readonly<Record<'GetItem' | 'PutItem' | 'Query 20', () => Promise<unknown>>>;

const warmUp = 300;
const operationsPerRun = 1_000;
const runs = 5;

const tableName = 'lazo-bench';
const region = 'us-east-1';
const keys = { accessKeyId: 'local', secretAccessKey: 'local' };

const partition = 't1#acc_01';
const row = (index: number): Item => ({
  pk: `t1#opp_${String(index)}`,
  sk: 'row',
  gsi1pk: partition,
  gsi1sk: `opp#open#2026-01-${String(index)}`,
  name: 'Renewal of the licences for the branch in Quito',
  status: 'OPEN',
  version: 3,
  amount: 1234.56,
  currency: 'USD',
  probability: 0.4,
  owner: 'usr_01HZX0000000000000000000',
  tags: ['licences', 'renewal'],
  address: { street: 'Av. 12 de Octubre', city: 'Quito', geo: { lat: -0.2, lng: -78.49 } },
  event: { id: '01HZX000', type: 'opportunity.moved', at: '2026-01-31T09:30:00.000Z', by: 'usr_01HZX' },
  createdAt: '2026-01-01T09:30:00.000Z',
  updatedAt: '2026-01-31T09:30:00.000Z',
});

const viaGateway = (table: Table): Operations => ({
  GetItem: () => table.get(row(0)),
  PutItem: () => table.write({ kind: 'put', item: row(0) }),
  'Query 20': () => table.query({ index: 'gsi1', pk: partition, limit: 20 }),
});

/** The document client is the fair comparison: it answers plain values, as the gateway does. */
const viaSdk = (endpoint: string): Operations => {
  const TableName = tableName;
  const client = DynamoDBDocument.from(new DynamoDB({ endpoint, region, credentials: keys }));
  const query = {
    IndexName: 'gsi1',
    KeyConditionExpression: 'gsi1pk = :p',
    ExpressionAttributeValues: { ':p': partition },
  };
  return {
    GetItem: () => client.get({ TableName, Key: { pk: row(0).pk, sk: 'row' } }),
    PutItem: () => client.put({ TableName, Item: row(0) }),
    'Query 20': () => client.query({ TableName, ...query, Limit: 20 }),
  };
};

/** The floor: prepared bodies, no signature, the answer only parsed as JSON. */
const viaHttp = (endpoint: string): Operations => {
  const post = newPoster(endpoint);
  const TableName = tableName;
  const Key = { pk: { S: row(0).pk }, sk: { S: row(0).sk } };
  const query = { KeyConditionExpression: 'gsi1pk = :p', ExpressionAttributeValues: { ':p': { S: partition } } };
  return {
    GetItem: post('GetItem', { TableName, Key }),
    PutItem: post('PutItem', { TableName, Item: toAttributes(row(0)) }),
    'Query 20': post('Query', { TableName, IndexName: 'gsi1', ...query, Limit: 20 }),
  };
};

const newPoster = (endpoint: string) => {
  const { hostname: host, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  const authorization =
    'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a';
  return (operation: string, input: object) => {
    const body = JSON.stringify(input);
    const type = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const headers = {
      ...type,
      authorization,
      'x-amz-date': '20260101T000000Z',
      'content-length': Buffer.byteLength(body),
    };
    return () =>
      new Promise((resolve, reject) => {
        const sent = request({ agent, host, port, method: 'POST', path: '/', headers }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            resolve(JSON.parse(text));
          });
        });
        sent.on('error', reject).end(body);
      });
  };
};

type Cost = { readonly cpu: number; readonly elapsed: number };

/** Milliseconds of CPU and of waiting for one operation, in the median run. */
const measure = async (operate: () => Promise<unknown>): Promise<Cost> => {
  for (let count = 0; count < warmUp; count += 1) await operate();
  const costs: Cost[] = [];
  for (let run = 0; run < runs; run += 1) {
    const from = { cpu: process.cpuUsage(), at: performance.now() };
    for (let count = 0; count < operationsPerRun; count += 1) await operate();
    const { user, system } = process.cpuUsage(from.cpu);
    costs.push({
      cpu: (user + system) / 1000 / operationsPerRun,
      elapsed: (performance.now() - from.at) / operationsPerRun,
    });
  }
  return costs.toSorted((a, b) => a.cpu - b.cpu)[Math.floor(runs / 2)] ?? { cpu: 0, elapsed: 0 };
};

const report = async (endpoint: string, table: Table): Promise<void> => {
  const ways = { 'bare HTTP': viaHttp(endpoint), gateway: viaGateway(table), 'SDK v3': viaSdk(endpoint) };
  for (const operation of ['GetItem', 'PutItem', 'Query 20'] as const) {
    for (const [way, operations] of Object.entries(ways)) {
      const { cpu, elapsed } = await measure(operations[operation]);
      console.log(
        `${operation.padEnd(9)} ${way.padEnd(10)} ${cpu.toFixed(3)} ms CPU  ${elapsed.toFixed(3)} ms elapsed`,
      );
    }
  }
};

const dataDir = mkdtempSync(join(tmpdir(), 'lazo-bench-'));
const { endpoint, stop } = await startEngine({ dataDir });
try {
  const exchange = openExchange({ endpoint, region, credentials: { current: () => keys, renew: () => undefined } });
  await exchange('CreateTable', JSON.stringify(createTableInput(tableName)));
  const table = openTable({ tableName, exchange });
  await table.batchWrite(Array.from({ length: 25 }, (_, index) => ({ kind: 'put', item: row(index) })));
  await report(endpoint, table);
} finally {
  await stop();
  rmSync(dataDir, { recursive: true });
}
