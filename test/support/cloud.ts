// A whole local cloud as a process of its own, for acceptance tests: on free ports, in a temporary data folder, shared by
// the tests of a file. What a test can do here, a client of the product could do too; the rest is the admin door.
import { rm } from 'node:fs/promises';
import { keepAsSpare, launch, startSpareOver, type CloudStart, type ReadyLine } from './cloud-launch.ts';

export type { CloudStart, ReadyLine } from './cloud-launch.ts';

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
  /** Begins anew without data, in the same processes. */
  startOver(): Promise<void>;
};

/** Starts a local cloud: of its own for a file that asks for something particular, else the worker's, without data. */
export async function startTestCloud(options: CloudStart = {}): Promise<TestCloud> {
  const isPlain = !options.root && !options.dataDir && Object.keys(options.environment ?? {}).length === 0;
  let running = (isPlain ? await startSpareOver() : undefined) ?? (await launch(options));
  const ready = (): ReadyLine => running.ready();
  const { folder } = running;
  return {
    ...callsOf(ready),
    ready,
    dataDir: folder,
    log: () => running.said,
    async stop() {
      if (isPlain && keepAsSpare(running)) return;
      await running.end('SIGTERM');
      if (!options.dataDir) await rm(folder, { recursive: true, force: true });
    },
    kill9: () => running.end('SIGKILL'),
    async restart() {
      await running.end('SIGTERM');
      running = await launch(options, folder);
    },
    startOver: () => running.startOver(),
  };
}

const callsOf = (
  ready: () => ReadyLine,
): Omit<TestCloud, 'ready' | 'dataDir' | 'log' | 'stop' | 'kill9' | 'restart' | 'startOver'> => {
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
