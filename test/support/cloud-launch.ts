// The process of a local cloud: started for the file that asks for something particular, and for all others once in a worker.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';

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

/** How to start: `root` is another project folder, `dataDir` one that stays, `environment` adds variables. */
export type CloudStart = {
  readonly root?: string;
  readonly dataDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
};

/** A cloud as a process. */
export type Running = {
  readonly folder: string;
  readonly said: readonly string[];
  ready(): ReadyLine;
  isAlive(): boolean;
  /** Whether the process of the tests waits for this one. */
  hold(isHeld: boolean): void;
  /** Throws all data away and begins anew. */
  startOver(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
};

const repository = resolve(import.meta.dirname, '../..');
const startLimit = 30_000;

/** What the last test file has left running for the next one in this worker: a start costs as much as many tests. */
let spare: Running | undefined;

/** Keeps a cloud for the next file; answers false when there is one already, or this one has ended. */
export const keepAsSpare = (running: Running): boolean => {
  if (spare || !running.isAlive()) return false;
  spare = running;
  running.hold(false);
  return true;
};

/** The cloud of the file before, without data. */
export const startSpareOver = async (): Promise<Running | undefined> => {
  const taken = spare;
  spare = undefined;
  if (!taken?.isAlive()) return undefined;
  taken.hold(true);
  await taken.startOver();
  return taken;
};

/** Starts a cloud as a process of its own, in a new folder unless one is given. */
export const launch = async ({ root, dataDir, environment }: CloudStart, folder = dataDir): Promise<Running> => {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'lazo-')));
  const child = fork(dataDir ? 'infra/local/start.ts' : 'test/support/cloud-process.ts', {
    cwd: repository,
    execArgv: ['--import', './scripts/host.js'],
    env: {
      ...withoutJest(process.env),
      LAZO_PORT: '0',
      LAZO_DATA: data,
      ...(root !== undefined && { LAZO_ROOT: root }),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return follow(child, data);
};

const follow = async (child: ChildProcess, folder: string): Promise<Running> => {
  const said: string[] = [];
  linesOf(child.stderr).on('line', (line) => said.push(line));
  const output = linesOf(child.stdout);
  const exited = new Promise<void>((settle) =>
    child.once('exit', () => {
      settle();
    }),
  );
  const nextReady = (): Promise<ReadyLine> => readyLine({ child, output, exited, said });
  let ready = await nextReady();
  return {
    folder,
    said,
    ready: () => ready,
    isAlive: () => child.connected,
    hold(isHeld) {
      for (const handle of [child, child.channel, child.stdout, child.stderr])
        (handle as unknown as Holding)[isHeld ? 'ref' : 'unref']();
    },
    async startOver() {
      said.length = 0;
      const next = nextReady();
      child.send('start over');
      ready = await next;
    },
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
};

/** A handle that keeps its process from ending, or not. */
type Holding = { ref(): void; unref(): void };

const linesOf = (stream: Readable | null): Interface => {
  if (!stream) throw new Error('The local cloud has no output.');
  return createInterface({ input: stream });
};

type Starting = {
  readonly child: ChildProcess;
  readonly output: Interface;
  readonly exited: Promise<void>;
  readonly said: readonly string[];
};

const readyLine = ({ child, output, exited, said }: Starting): Promise<ReadyLine> => {
  const { promise, resolve: settle, reject } = Promise.withResolvers<ReadyLine>();
  const fail = (why: string): void => {
    reject(new Error(`The local cloud ${why}.\n${said.join('\n')}`));
  };
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    fail(`was not ready within ${startLimit} ms`);
  }, startLimit);
  const read = (line: string): void => {
    if (line.startsWith('ready ')) settle(JSON.parse(line.slice('ready '.length)) as ReadyLine);
  };
  output.on('line', read);
  void exited.then(() => {
    fail('ended before it was ready');
  });
  return promise.finally(() => {
    clearTimeout(timer);
    output.off('line', read);
  });
};

/** Jest's own options and colours are none of the child's business. */
const withoutJest = ({
  NODE_OPTIONS: _options,
  JEST_WORKER_ID: _worker,
  ...environment
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv => environment;
