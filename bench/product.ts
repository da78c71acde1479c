// The product in this process: functions/graphql.ts over an embedded engine of its own, called as API Gateway calls it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openExchange } from '#aws/dynamodb/exchange';
import { openTable } from '#aws/table';
import { createTableInput } from '#infra/table-definition';
import { startEngine } from '#infra/local/engine';
import { derivedId, type Actor, type Runtime, type Table } from '#kernel';
import { eventOf } from '#test/support/api';
import { openIssuer, type Issuer } from './issuer.ts';

/** What an answer of the API says of itself. */
export type Price = {
  readonly requests: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly roundTrips: number;
};

/** An answer without errors. */
export type Answered<Data> = { readonly data: Data; readonly extensions: { readonly cost: Price } };

/** The running product; `actor` is the tenant's owner, and `token` says so. */
export type Product = {
  readonly runtime: Runtime;
  readonly table: Table;
  readonly actor: Actor;
  readonly token: string;
  readonly issuer: Issuer;
  /** The API Gateway event of a query. */
  event(query: string, variables?: Readonly<Record<string, unknown>>): ReturnType<typeof eventOf>;
  /** Hands an event to the handler, as Lambda does. */
  handle(event: ReturnType<typeof eventOf>): Promise<{ readonly body?: string }>;
  /** Asks and reads the answer. @throws when it has errors */
  ask<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answered<Data>>;
  stop(): Promise<void>;
};

const tableName = 'lazo-bench';

/** Starts an empty engine and founds a tenant in it. A process has one product: its handlers keep what they have opened. */
export const startProduct = async (): Promise<Product> => {
  const engine = await startBareTable();
  const issuer = await openIssuer();
  Object.assign(process.env, environmentFor(engine.endpoint, issuer));
  const opened = await openProduct(issuer);
  return {
    ...opened,
    stop: async () => {
      issuer.close();
      await engine.stop();
    },
  };
};

const access = {
  region: 'us-east-1',
  credentials: { current: () => ({ accessKeyId: 'local', secretAccessKey: 'local' }), renew: () => undefined },
};

/** An engine with the empty table and nothing of the product. The stream is off, and memory is its disk, unless it is to be as in a cloud. */
export const startBareTable = async ({ asInCloud = false }: { readonly asInCloud?: boolean } = {}) => {
  const folder = !asInCloud && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const dataDir = mkdtempSync(join(folder, 'lazo-bench-'));
  const engine = await startEngine({ dataDir });
  const { endpoint } = engine;
  const { StreamSpecification, ...input } = createTableInput(tableName);
  const table = asInCloud ? { ...input, StreamSpecification } : input;
  await openExchange({ endpoint, ...access })('CreateTable', JSON.stringify(table));
  return {
    endpoint,
    table: openTable({ endpoint, tableName, ...access }),
    stop: async () => {
      await engine.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

const environmentFor = (endpoint: string, { issuer, audience, jwksUri }: Issuer): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  POWERTOOLS_LOG_LEVEL: 'WARN',
  POWERTOOLS_METRICS_DISABLED: 'true',
  TABLE_NAME: tableName,
  SECRETS: JSON.stringify({ signing: 'bench-signing', idempotency: 'bench-idempotency', sealing: 'bench-sealing' }),
  OIDC_ISSUERS: JSON.stringify([{ issuer, audience, jwksUri, kind: 'oidc' }]),
  PUBLIC_URL: 'https://bench.invalid',
  MAIL_DOMAIN: 'bench.invalid',
  IDENTITIES: issuer,
  BUS_NAME: 'bench',
  FILES_BUCKET: 'bench',
  FAILURES_BUCKET: 'bench',
  QUEUE_URL_PREFIX: 'http://127.0.0.1:9/',
  SCHEDULER_GROUP: 'bench',
  SCHEDULER_ROLE_ARN: 'arn:aws:iam::000000000000:role/bench',
  RUN_DUE_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  MAIL_CONFIGURATION_SET: 'bench',
  WEB_STAND_INS: '{}',
  INTROSPECTION: 'off',
  STAGE: 'bench',
});

/** The handler reads its environment when it is imported, so that comes last. */
const openProduct = async (issuer: Issuer): Promise<Omit<Product, 'stop'>> => {
  const { handler } = await import('../functions/graphql.ts');
  const { openRuntime } = await import('../functions/runtime.ts');
  const runtime = openRuntime();
  const subject = 'owner@bench.invalid';
  const actor = await found(runtime, issuer.issuer, subject);
  const token = await issuer.sign(subject);
  const event: Product['event'] = (query, variables = {}) =>
    eventOf({ headers: { authorization: `Bearer ${token}` }, json: { query, variables } });
  const call = handler as unknown as (event: unknown, context: unknown) => Promise<{ readonly body?: string }>;
  const handle: Product['handle'] = (asked) => call(asked, {});
  return {
    runtime,
    table: runtime.ports.table,
    actor,
    token,
    issuer,
    event,
    handle,
    ask: async (query, variables) => readAnswer(await handle(event(query, variables))),
  };
};

const found = async (runtime: Runtime, issuer: string, subject: string): Promise<Actor> => {
  const { foundTenant } = await import('#modules/platform/tenants');
  const { authenticate } = await import('#modules/platform/identity');
  const identities: Runtime['ports']['identities'] = {
    invite: () => Promise.resolve({ issuer, subject, isNew: true }),
  };
  await foundTenant(
    { ...runtime, ports: { ...runtime.ports, identities } },
    {
      id: derivedId('ten', 'bench', ['lazo']),
      values: { name: 'Bench', country: 'EC', currency: 'USD', locale: 'es', timeZone: 'America/Guayaquil' },
      owner: { name: 'Olivia Bench', email: subject },
    },
  );
  const tokens: Runtime['ports']['tokens'] = { verify: () => Promise.resolve({ issuer, subject }) };
  const actor = await authenticate(
    { ...runtime, ports: { ...runtime.ports, tokens } },
    { authorization: 'Bearer bench' },
  );
  if (!actor) throw new Error('The bench has nobody to ask as.');
  return actor;
};

const readAnswer = <Data>({ body = '' }: { readonly body?: string }): Answered<Data> => {
  const answer = JSON.parse(body) as Answered<Data> & { readonly errors?: readonly unknown[] };
  if (answer.errors) throw new Error(`The API answered: ${body.slice(0, 2_000)}`);
  return answer;
};
