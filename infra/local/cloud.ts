// The local cloud: everything of infra/wiring.ts on this machine, in one process tree.
import { resolve } from 'node:path';
import type { AdminParts } from './admin.ts';
import { startBackground } from './background.ts';
import { offerToHandlers } from './clock.ts';
import { takeDataFolder } from './data-folder.ts';
import { ensureDemo, type Demo } from './demo.ts';
import { startEngine } from './engine.ts';
import { environmentOf, keysFor, resources } from './environment.ts';
import { fileSink } from './files/file-sink.ts';
import type { HttpProcess } from './http/http-process.ts';
import { createInvoker, type Invoker } from './invoke.ts';
import { openParts, type Parts } from './parts.ts';
import { startOneShots, type OneShots } from './schedule/one-shots.ts';
import { makeSecrets } from './secrets.ts';
import { portsFor, rememberPort, startServers, type Servers } from './servers.ts';
import type { Settings } from './settings.ts';
import { clientId } from './sign-in/tokens.ts';
import { loadWiring, type Wiring } from './wiring.ts';

/** One start. `root` holds `infra/wiring.ts` and `functions/`; `http` may have served an earlier start. */
export type CloudOptions = {
  readonly settings: Settings;
  readonly root: string;
  readonly http: HttpProcess;
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

/** What the parts of a start share. */
export type Start = CloudOptions & {
  readonly wiring: Wiring;
  readonly wiringFile: string;
  readonly parts: Parts;
  readonly invoker: Invoker;
  readonly ends: Ends;
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
  const ends = orderOfEnding(stack);
  const ready = await startParts({
    ...options,
    wiring,
    wiringFile,
    parts,
    invoker: createInvoker(wiring, options.root),
    ends,
  });
  const running = stack.move();
  return { ready, stop: () => running.disposeAsync() };
}

type Ends = Readonly<Record<'engine' | 'servers' | 'background' | 'http', AsyncDisposableStack>>;

/** Parts start side by side, but end from the door inwards: no request, then no work, and at last what both need. */
const orderOfEnding = (stack: AsyncDisposableStack): Ends => {
  const next = (): AsyncDisposableStack => stack.use(new AsyncDisposableStack());
  return { engine: next(), servers: next(), background: next(), http: next() };
};

const startParts = async (start: Start): Promise<Ready> => {
  const { settings, parts, ends } = start;
  const oneShots = startOneShots(parts.store, parts.queues, parts.clock);
  ends.background.defer(() => {
    oneShots.stop();
  });
  const admin = Promise.withResolvers<AdminParts>();
  const opening = [openEngine(start), openServers(start, oneShots, admin.promise), openHttp(start)] as const;
  // One that fails must not leave another behind that is still starting.
  await Promise.allSettled(opening);
  const [engine, servers, apiPort] = await Promise.all(opening);
  const places = { ...servers, dynamodb: engine.endpoint, api: `http://127.0.0.1:${apiPort}` };
  const environment = environmentOf(settings, places, makeSecrets(parts.store), process.env);
  Object.assign(process.env, environment);
  followClock(start);
  const [demo] = await Promise.all([
    startBackground(start, oneShots, engine).then((background) => {
      admin.resolve(background);
      return ensureDemo(parts.store, start.root);
    }),
    start.http.say({ say: 'environment', environment, offset: parts.clock.offset() }),
  ]);
  return openDoor(start, servers, places.api, demo);
};

const openEngine = async ({ settings, log, onFailure, ends }: Start): Promise<RunningEngine> => {
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
  ends.engine.defer(() => engine.stop());
  return engine;
};

/** The table's endpoint; `dbPath` is undefined when it is elsewhere. */
export type RunningEngine = { readonly endpoint: string; readonly dbPath: string | undefined };

const openServers = async (start: Start, oneShots: OneShots, admin: Promise<AdminParts>): Promise<Servers> => {
  const { settings, parts, ends } = start;
  const putFile = fileSink(settings, parts.objects, resources.files);
  const { invoke } = start.invoker;
  const servers = await startServers({
    ...start,
    oneShots,
    keys: keysFor(settings, process.env),
    admin,
    putFile,
    invoke,
  });
  ends.servers.defer(() => servers.close());
  return servers;
};

const openHttp = async (start: Start): Promise<number> => {
  const { root, wiringFile, http, ends } = start;
  ends.http.defer(() => http.close());
  const { port = 0 } = await http.say({ say: 'listen', ports: portsFor('api', start), root, wiringFile });
  rememberPort('api', port, start);
  return port;
};

const followClock = ({ parts: { clock }, http }: Start): void => {
  offerToHandlers(clock.offset());
  clock.onMove(async (offset) => {
    offerToHandlers(offset);
    await http.say({ say: 'clock', offset });
  });
};

const openDoor = async (start: Start, servers: Servers, api: string, demo: Demo): Promise<Ready> => {
  const { mailbox, smtp, signIn, services } = servers;
  const graphiql = { key: demo.key, signIn, clientId, hosts: start.settings.hosts };
  const links = [
    { name: 'GraphiQL', url: '/graphiql', about: 'The API in a browser.' },
    { name: 'Mailbox', url: mailbox, about: 'Mail that was sent and received.' },
    { name: 'Sign-in', url: `${signIn}/.well-known/openid-configuration`, about: 'The OpenID Connect issuer.' },
    { name: 'Status', url: `${services}/admin/status`, about: 'Stream, queues and clock.' },
  ];
  await start.http.say({ say: 'open', graphiql, links });
  warmUp(start);
  return {
    graphql: `${api}/graphql`,
    graphiql: `${api}/graphiql`,
    mailbox,
    smtp,
    ...demo,
    signIn,
    admin: `${services}/admin`,
  };
};

/** Loads the background functions when the door is open, so that the first event does not wait for them. */
const warmUp = ({ wiring, invoker, log }: Start): void => {
  const isBackground = ([name, { triggers }]: readonly [string, Wiring['functions'][string]]): boolean =>
    triggers.every(({ on }) => on !== 'http') && invoker.has(name);
  const loadAll = async (): Promise<void> => {
    for (const [name] of Object.entries(wiring.functions).filter(isBackground)) await invoker.load(name);
  };
  loadAll().catch((error: unknown) => {
    log(`A function does not load: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  });
};
