// A whole local cloud as a process of its own, for acceptance tests: on free ports, in a temporary data folder, shared by
// the tests of a file. What a test can do here, a client of the product could do too; the rest is the admin door.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The line that the local cloud prints when it answers. */
export type ReadyLine = {
  readonly graphql: string;
  readonly graphiql: string;
  readonly mailbox: string;
  readonly smtp: string;
  readonly key: string;
  readonly users: readonly { readonly email: string; readonly password: string; readonly role: string }[];
  readonly signIn: string;
  readonly admin: string;
};

/** An answer of the API. */
export type GraphqlAnswer<Data = Record<string, unknown>> = {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
};

/** Who asks: an access token or an API key; the demo administrator's key when nothing is said. */
export type Caller = {
  readonly token?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A mail as `/mailbox.json` shows it. */
export type MailboxMail = {
  readonly id: string;
  readonly direction: 'sent' | 'received';
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments: readonly {
    readonly name: string;
    readonly type: string;
    readonly size: number;
    readonly url: string;
  }[];
};

/** How to start: `root` is another project folder, `dataDir` one that stays, `environment` adds variables. */
export type CloudStart = {
  readonly root?: string;
  readonly dataDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
};

/** A running cloud. URLs may change when it starts again. */
export type TestCloud = {
  readonly ready: () => ReadyLine;
  readonly dataDir: string;
  /** What it said on standard error since it started last. */
  log(): readonly string[];
  graphql<Data = Record<string, unknown>>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    caller?: Caller,
  ): Promise<GraphqlAnswer<Data>>;
  /** An access token for a user of the local issuer. */
  signIn(email: string, password: string): Promise<string>;
  /** Makes an account at the issuer, as an invitation does. */
  addUser(user: {
    readonly email: string;
    readonly name: string;
    readonly password: string;
  }): Promise<{ readonly issuer: string; readonly subject: string }>;
  /** Mails, newest first. */
  mailbox(filter?: { readonly to?: string; readonly direction?: 'sent' | 'received' }): Promise<readonly MailboxMail[]>;
  /** Waits until stream, queues and consumers have drained. @throws Error that says what is left */
  idle(seconds?: number): Promise<void>;
  /** Moves the clock ahead through everything that comes due. */
  advance(seconds: number): Promise<void>;
  /** Any other action of the admin door, such as `POST /redrive`. */
  admin(action: `${'GET' | 'POST'} /${string}`, body?: unknown): Promise<unknown>;
  /** Ends it as Ctrl-C does and removes the data folder if it was made here. */
  stop(): Promise<void>;
  /** Kills the main process at once, wherever it is; its children end by themselves. */
  kill9(): Promise<void>;
  /** Starts again on the same data, after `kill9` or while it runs. */
  restart(): Promise<void>;
};

const repository = resolve(import.meta.dirname, '../..');
const startLimit = 30_000;

/** Starts a local cloud. */
export async function startTestCloud({ root, dataDir, environment = {} }: CloudStart = {}): Promise<TestCloud> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'lazo-')));
  const start = (): Promise<Running> =>
    launch({ LAZO_PORT: '0', LAZO_DATA: folder, ...(root && { LAZO_ROOT: root }), ...environment });
  let running = await start();
  const ready = (): ReadyLine => running.ready;
  return {
    ...callsOf(ready),
    ready,
    dataDir: folder,
    log: () => running.said,
    async stop() {
      await running.end('SIGTERM');
      if (!dataDir) await rm(folder, { recursive: true, force: true });
    },
    kill9: () => running.end('SIGKILL'),
    async restart() {
      await running.end('SIGTERM');
      running = await start();
    },
  };
}

type Running = {
  readonly ready: ReadyLine;
  readonly said: readonly string[];
  end(signal: NodeJS.Signals): Promise<void>;
};

const launch = async (environment: Readonly<Record<string, string>>): Promise<Running> => {
  const child = spawn(process.execPath, ['--import', './scripts/host.js', 'infra/local/start.ts'], {
    cwd: repository,
    env: { ...withoutJest(process.env), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const exited = new Promise<void>((settle) =>
    child.once('exit', () => {
      settle();
    }),
  );
  const ready = await readyLine(child, exited, said);
  return {
    ready,
    said,
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
};

const readyLine = (child: ChildProcess, exited: Promise<void>, said: readonly string[]): Promise<ReadyLine> => {
  const { promise, resolve: settle, reject } = Promise.withResolvers<ReadyLine>();
  const fail = (why: string): void => {
    reject(new Error(`The local cloud ${why}.\n${said.join('\n')}`));
  };
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    fail(`was not ready within ${startLimit} ms`);
  }, startLimit);
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) settle(JSON.parse(line.slice('ready '.length)) as ReadyLine);
    });
  }
  void exited.then(() => {
    fail('ended before it was ready');
  });
  return promise.finally(() => {
    clearTimeout(timer);
  });
};

/** Jest's own options and colours are none of the child's business. */
const withoutJest = ({
  NODE_OPTIONS: _options,
  JEST_WORKER_ID: _worker,
  ...environment
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv => environment;

const callsOf = (
  ready: () => ReadyLine,
): Omit<TestCloud, 'ready' | 'dataDir' | 'log' | 'stop' | 'kill9' | 'restart'> => {
  const admin: TestCloud['admin'] = async (action, body) => {
    const [method = 'GET', path = ''] = action.split(' ');
    const answer = await fetch(`${ready().admin}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const value: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${action}: ${JSON.stringify(value)}`);
    return value;
  };
  return {
    admin,
    graphql: (query, variables, caller) => askGraphql(ready(), query, variables, caller),
    signIn: (email, password) => passwordGrant(ready().signIn, email, password),
    async addUser(user) {
      const answer = await fetch(`${ready().signIn}/admin/users`, { method: 'POST', body: JSON.stringify(user) });
      return (await answer.json()) as { issuer: string; subject: string };
    },
    async mailbox(filter = {}) {
      const answer = await fetch(`${ready().mailbox}/mailbox.json?${new URLSearchParams(filter).toString()}`);
      return (await answer.json()) as readonly MailboxMail[];
    },
    async idle(seconds = 60) {
      expectIdle(await admin('POST /idle', { timeoutSeconds: seconds }));
    },
    async advance(seconds) {
      expectIdle(await admin('POST /clock', { advance: seconds }));
    },
  };
};

const expectIdle = (activity: unknown): void => {
  if (!(activity as { readonly idle: boolean }).idle)
    throw new Error(`The local cloud is still at work: ${JSON.stringify(activity)}`);
};

const askGraphql = async <Data>(
  { graphql, key }: ReadyLine,
  query: string,
  variables: unknown,
  caller: Caller = {},
): Promise<GraphqlAnswer<Data>> => {
  const credential = caller.token ?? caller.key ?? key;
  const answer = await fetch(graphql, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential !== '' && { authorization: `Bearer ${credential}` }),
      ...caller.headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await answer.json()) as GraphqlAnswer<Data>;
};

const passwordGrant = async (signIn: string, username: string, password: string): Promise<string> => {
  const answer = await fetch(`${signIn}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', username, password }),
  });
  const { access_token: token } = (await answer.json()) as { readonly access_token?: string };
  if (token === undefined) throw new Error(`${username} could not sign in.`);
  return token;
};
