// A DynamoDB engine of its own for each test file, and a tenant of its own for each test.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { openExchange, type Exchange } from '#aws/dynamodb/exchange';
import { openTable, type TableOptions } from '#aws/table';
import { createTableInput, timeToLiveInput } from '#infra/table-definition';
import { startEngine as startBinary } from '#infra/local/engine';
import type { Table } from '#kernel/table';

/** A table somewhere. `exchange` speaks to it below the port; `open` makes further tables over it. */
export type TestTable = {
  readonly endpoint: string;
  readonly tableName: string;
  readonly table: Table;
  readonly exchange: Exchange;
  open(options?: Partial<TableOptions>): Table;
  stop(): Promise<void>;
};

/** An embedded engine with the table in it. */
export type TestEngine = TestTable & { readonly dbPath: string };

/** The engine of a test file; `tenant` is another one in each test. */
export type Tenanted<Engine extends TestTable> = {
  readonly engine: Engine;
  readonly table: Table;
  readonly tenant: string;
};

/** What a connection to a local engine needs; the engine checks no keys. */
export const localAccess = {
  region: 'us-east-1',
  credentials: { current: () => ({ accessKeyId: 'local', secretAccessKey: 'local' }), renew: () => undefined },
};

/** DynamoDB Local needs seconds where the embedded engine needs milliseconds. */
const startTimeout = 90_000;

/** The table's name in tests. */
export const tableName = 'lazo-test';

/** Starts the embedded engine on an empty file, in memory where the machine has /dev/shm, and creates the table. */
export async function startEngine(): Promise<TestEngine> {
  const dataDir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'lazo-'));
  const engine = await startBinary({ dataDir });
  const opened = await createTable(engine.endpoint);
  const stop = async (): Promise<void> => {
    await engine.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...opened, dbPath: engine.dbPath, stop };
}

/** Creates the table at any DynamoDB endpoint that checks no keys. */
export async function createTable(endpoint: string, name = tableName): Promise<Omit<TestTable, 'stop'>> {
  const exchange = openExchange({ endpoint, ...localAccess });
  await ask(exchange, 'CreateTable', createTableInput(name));
  await ask(exchange, 'UpdateTimeToLive', timeToLiveInput(name));
  const open = (options: Partial<TableOptions> = {}): Table => openTable({ tableName: name, exchange, ...options });
  return { endpoint, table: open(), tableName: name, exchange, open };
}

/** One request below the port, for what the port does not offer. */
export async function ask(exchange: Exchange, operation: string, input: object): Promise<Record<string, unknown>> {
  const { status, text } = await exchange(operation, JSON.stringify(input));
  if (status !== 200) throw new Error(`${operation}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** An embedded engine for this test file and, new for each test, a tenant that nobody else writes under. */
export function withTenantTable(): Tenanted<TestEngine> {
  return withTenants(startEngine);
}

/** The same over any engine. Call it where hooks may be registered. */
export function withTenants<Engine extends TestTable>(start: () => Promise<Engine>): Tenanted<Engine> {
  let engine: Engine | undefined;
  let count = 0;
  beforeAll(async () => {
    engine = await start();
  }, startTimeout);
  beforeEach(() => {
    count += 1;
  });
  afterAll(() => engine?.stop());
  const running = (): Engine => {
    if (!engine) throw new Error('The engine starts in beforeAll; use it inside a test.');
    return engine;
  };
  return {
    get engine() {
      return running();
    },
    get table() {
      return running().table;
    },
    get tenant() {
      return `t${String(count)}`;
    },
  };
}
