// The local cloud: everything of infra/wiring.ts on this machine, in one process tree.
import { resolve } from 'node:path';
import type { Background } from './activity.ts';
import type { AdminParts } from './admin.ts';
import { offerToHandlers } from './clock.ts';
import { takeDataFolder } from './data-folder.ts';
import { ensureDemo, type Demo } from './demo.ts';
import { startEngine } from './engine.ts';
import { environmentOf, keysFor, resources } from './environment.ts';
import { startHttpProcess, type HttpProcess } from './http/http-process.ts';
import { createInvoker, type Invoker } from './invoke.ts';
import { openParts, type Parts } from './parts.ts';
import { fileSink } from './files/file-sink.ts';
import { startOneShots, type OneShots } from './schedule/one-shots.ts';
import { startRecurring } from './schedule/recurring.ts';
import { portsFor, rememberPort, startServers, type Servers } from './servers.ts';
import type { Settings } from './settings.ts';
import { clientId } from './sign-in/tokens.ts';
import { makeSecrets } from './secrets.ts';
import { openFailures } from './stream/failures.ts';
import { openReader } from './stream/open-reader.ts';
import { startExpirySweep } from './table/expiry-sweep.ts';
import { tableCaller } from './table/table-call.ts';
import { ensureTable } from './table/table.ts';
import { loadWiring, type Wiring } from './wiring.ts';
import { startWorkers } from './workers.ts';

/** One start. `root` holds `infra/wiring.ts` and `functions/`. */
export type CloudOptions = {
  readonly settings: Settings;
  readonly root: string;
  readonly log: (line: string) => void;
  /** Called when a part has ended unasked; the cloud is of no use any more. */
  readonly onFailure: (problem: string) => void;
};

/** What a client needs to know. */
export type Ready = Demo & {
  readonly graphql: string;
  readonly graphiql: string;
  readonly mailbox: string;
  readonly smtp: string;
  readonly signIn: string;
  readonly admin: string;
};

/** A running local cloud. */
export type Cloud = { readonly ready: Ready; stop(): Promise<void> };

type Started = CloudOptions & {
  readonly stack: AsyncDisposableStack;
  readonly wiring: Wiring;
  readonly wiringFile: string;
  readonly parts: Parts;
  readonly invoker: Invoker;
};

/** Starts everything; it answers when it settles. @throws PortTaken, DataFolderInUse, Error that says the way out */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  await using stack = new AsyncDisposableStack();
  const folder = await takeDataFolder(options.settings.dataDir);
  stack.defer(() => {
    folder.release();
  });
  const wiringFile = resolve(options.root, 'infra/wiring.ts');
  const wiring = await loadWiring(wiringFile);
  const parts = openParts(folder, wiring);
  stack.defer(() => {
    parts.store.close();
  });
  const started: Started = {
    ...options,
    stack,
    wiring,
    wiringFile,
    parts,
    invoker: createInvoker(wiring, options.root),
  };
  const ready = await startParts(started);
  const running = stack.move();
  return { ready, stop: () => running.disposeAsync() };
}

const startParts = async (started: Started): Promise<Ready> => {
  const { stack, settings, parts } = started;
  const oneShots = startOneShots(parts.store, parts.queues, parts.clock);
  stack.defer(() => {
    oneShots.stop();
  });
  const admin = Promise.withResolvers<AdminParts>();
  const [engine, servers, http] = await Promise.all([
    openEngine(started),
    openServers(started, oneShots, admin.promise),
    openHttp(started),
  ]);
  const places = { ...servers, dynamodb: engine.endpoint, api: `http://127.0.0.1:${http.port}` };
  const environment = environmentOf(settings, places, makeSecrets(parts.store), process.env);
  Object.assign(process.env, environment);
  offerToHandlers(parts.clock.offset());
  parts.clock.onMove(async (offset) => {
    offerToHandlers(offset);
    await http.process.say({ say: 'clock', offset });
  });
  const opened = http.process.say({ say: 'environment', environment, offset: parts.clock.offset() });
  opened.catch(() => undefined);
  admin.resolve(await startBackground(started, oneShots, engine));
  const demo = await ensureDemo(parts.store, started.root);
  await opened;
  return openDoor(started, http.process, servers, places.api, demo);
};

type RunningEngine = { readonly endpoint: string; readonly dbPath: string | undefined };

const openEngine = async ({ stack, settings, log, onFailure }: Started): Promise<RunningEngine> => {
  if (settings.endpoints.DYNAMODB) return { endpoint: settings.endpoints.DYNAMODB, dbPath: undefined };
  const engine = await startEngine({
    dataDir: settings.dataDir,
    onExit: () => {
      onFailure('The DynamoDB engine has ended.');
    },
    log: (line) => {
      if (/error|panic|fail/i.test(line)) log(`engine: ${line}`);
    },
  });
  stack.defer(() => engine.stop());
  return engine;
};

const openServers = async (started: Started, oneShots: OneShots, admin: Promise<AdminParts>): Promise<Servers> => {
  const { stack, settings, parts } = started;
  const putFile = fileSink(settings, parts.objects, resources.files);
  const servers = await startServers({ ...started, oneShots, keys: keysFor(settings, process.env), admin, putFile });
  stack.defer(() => servers.close());
  return servers;
};

const openHttp = async (started: Started): Promise<{ readonly process: HttpProcess; readonly port: number }> => {
  const { stack, root, wiringFile, onFailure } = started;
  const process = startHttpProcess();
  stack.defer(() => process.stop());
  const { port = 0 } = await process.say({ say: 'listen', ports: portsFor('api', started), root, wiringFile });
  process.onExit(() => {
    onFailure('The process of the HTTP API has ended.');
  });
  rememberPort('api', port, started);
  return { process, port };
};

const startBackground = async (started: Started, oneShots: OneShots, engine: RunningEngine): Promise<AdminParts> => {
  const { stack, wiring, parts, invoker, log, settings } = started;
  const { call, callStreams } = tableCallers(settings, engine.endpoint);
  await ensureTable(call, resources.table);
  const expiry = startExpirySweep(call, resources.table, parts.clock, log);
  stack.defer(() => {
    expiry.stop();
  });
  const failures = openFailures(parts.objects, resources.failures, parts.clock, invoker.invoke);
  const reader = openReader({
    callStreams,
    wiring,
    dbPath: engine.dbPath,
    tableName: resources.table,
    store: parts.store,
    expiry,
  });
  const workers = startWorkers({ wiring, invoker, parts, reader, failures, log });
  stack.defer(() => workers.stop());
  const recurring = startRecurring(wiring, parts.store, parts.queues, parts.clock);
  stack.defer(() => {
    recurring.stop();
  });
  const background: Background = {
    clock: parts.clock,
    queues: parts.queues,
    queueNames: Object.keys(wiring.queues),
    pumpIsIdle: () => workers.pumpIsIdle(),
    nextDue: () => earliest(oneShots.nextDue(), recurring.nextDue()),
  };
  return { background, bus: parts.bus, invoke: invoker.invoke, failures, expiry };
};

const tableCallers = (settings: Settings, endpoint: string) => {
  const access = { region: process.env['AWS_REGION'] ?? '', keys: keysFor(settings, process.env) };
  const streams = settings.endpoints.DYNAMODB_STREAMS ?? endpoint.replace('//dynamodb.', '//streams.dynamodb.');
  return {
    call: tableCaller({ ...access, endpoint }),
    callStreams: tableCaller({ ...access, endpoint: streams, api: 'DynamoDBStreams_20120810' }),
  };
};

const earliest = (...moments: readonly (number | undefined)[]): number | undefined => {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

const openDoor = async (
  { settings, wiring, invoker }: Started,
  http: HttpProcess,
  servers: Servers,
  api: string,
  demo: Demo,
): Promise<Ready> => {
  const links = [
    { name: 'GraphiQL', url: '/graphiql', about: 'The API in a browser.' },
    { name: 'Mailbox', url: servers.mailbox, about: 'Mail that was sent and received.' },
    { name: 'Sign-in', url: `${servers.signIn}/.well-known/openid-configuration`, about: 'The OpenID Connect issuer.' },
    { name: 'Status', url: `${servers.services}/admin/status`, about: 'Stream, queues and clock.' },
  ];
  await http.say({
    say: 'open',
    graphiql: { key: demo.key, signIn: servers.signIn, clientId, hosts: settings.hosts },
    links,
  });
  warmUp(wiring, invoker);
  const { mailbox, smtp, signIn } = servers;
  return {
    graphql: `${api}/graphql`,
    graphiql: `${api}/graphiql`,
    mailbox,
    smtp,
    ...demo,
    signIn,
    admin: `${servers.services}/admin`,
  };
};

/** Loads the background functions when the door is open, so that the first event does not wait for them. */
const warmUp = (wiring: Wiring, invoker: Invoker): void => {
  const background = Object.entries(wiring.functions).filter(
    ([name, { triggers }]) => triggers.every(({ on }) => on !== 'http') && invoker.has(name),
  );
  void background.reduce<Promise<void>>(
    (before, [name]) => before.then(() => invoker.load(name)).catch(() => undefined),
    Promise.resolve(),
  );
};
