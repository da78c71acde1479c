// The DynamoDB engine of the local cloud and of the tests: the dynoxide binary over one SQLite file.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';

/** `port` 0 takes a free one; `log` gets what the engine says; `onExit` is called when it ends unasked. */
export type EngineOptions = {
  readonly dataDir: string;
  readonly port?: number;
  readonly log?: (line: string) => void;
  readonly onExit?: () => void;
};

/** A running engine; `dbPath` is its SQLite file, `pid` the leader of its process group. */
export type Engine = {
  readonly endpoint: string;
  readonly dbPath: string;
  readonly pid: number;
  stop(): Promise<void>;
};

const startTimeout = 10_000;
const stopTimeout = 3_000;
const portAttempts = 5;
const portPause = 50;

/** Starts the engine on the data in `dataDir`. @throws Error that names the way out where there is no binary */
export async function startEngine({ dataDir, port = 0, log, onExit }: EngineOptions): Promise<Engine> {
  mkdirSync(dataDir, { recursive: true });
  const binary = findBinary();
  const dbPath = join(dataDir, 'dynamodb.sqlite');
  for (let attempt = 1; ; attempt += 1) {
    const chosen = port === 0 ? await freePort() : port;
    const child = spawnGuarded(binary, ['serve', '--port', String(chosen), '--db-path', dbPath]);
    const problem = await listening(child, log);
    if (problem === undefined) {
      addIndexes(dbPath);
      const endpoint = `http://127.0.0.1:${String(chosen)}`;
      return { endpoint, dbPath, pid: child.pid ?? 0, stop: stopper(child, onExit) };
    }
    // Somebody took the free port in between, or an engine that ends has not yet let go of the given one.
    if (!/in use/i.test(problem) || attempt === portAttempts)
      throw new Error(`The DynamoDB engine did not start: ${problem}`);
    await new Promise((resolve) => setTimeout(resolve, portPause));
  }
}

const findBinary = (): string => {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/package.json`);
    return join(dirname(manifest), process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide');
  } catch (cause) {
    throw new Error(
      `There is no DynamoDB engine for ${platform} in node_modules (package @dynoxide/${platform}). ` +
        'Install it, or set LAZO_ENDPOINT_DYNAMODB to the URL of another DynamoDB, such as AWS DynamoDB Local.',
      { cause },
    );
  }
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

/** A shell holds the other end of our pipe and ends the child when the pipe closes, whatever closed it. */
const guard = `exec 3<&0
"$@" & child=$!
{ read -r _ <&3; kill "$child"; } & watch=$!
wait "$child"; code=$?
kill "$watch" 2>/dev/null
exit "$code"`;

/**
 * Spawns a child that never outlives us, not even after `kill -9`: a second engine would then be started beside the
 * first, on the same file. It has a group of its own, so that Ctrl-C reaches us first and writes in flight can end.
 * Closing its stdin ends it.
 */
export function spawnGuarded(command: string, args: readonly string[]): ChildProcess {
  const stdio: StdioOptions = ['pipe', 'ignore', 'pipe'];
  return process.platform === 'win32'
    ? spawn(command, args, { stdio, windowsHide: true })
    : spawn('/bin/sh', ['-c', guard, 'guard', command, ...args], { stdio, detached: true });
}

/** Waits for the engine's word that it listens; answers the problem when there is one. */
const listening = (child: ChildProcess, log: EngineOptions['log']): Promise<string | undefined> =>
  new Promise((resolve) => {
    const said: string[] = [];
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(`no answer in ${String(startTimeout)} ms. ${said.join(' ')}`);
    }, startTimeout);
    const settle = (problem?: string): void => {
      clearTimeout(timer);
      resolve(problem);
    };
    child.on('error', (error) => {
      settle(error.message);
    });
    child.on('exit', () => {
      settle(said.join(' '));
    });
    if (!child.stderr) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line === '') return;
      log?.(line);
      said.push(line);
      if (line.includes('listening on')) settle();
    });
  });

/** Without these two the engine looks for the last stream record in all of them, at every write. */
const addIndexes = (dbPath: string): void => {
  const database = new DatabaseSync(dbPath, { timeout: 5_000 });
  database.exec(`
    CREATE INDEX IF NOT EXISTS lazo_stream ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE INDEX IF NOT EXISTS lazo_stream_shard
      ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));`);
  database.close();
};

/** Closing the pipe ends the engine; what does not end in time is killed. */
const stopper = (child: ChildProcess, onExit: (() => void) | undefined): (() => Promise<void>) => {
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  let stopping = false;
  void exited.then(() => {
    if (!stopping) onExit?.();
  });
  return async () => {
    stopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.end();
    if (process.platform === 'win32') child.kill();
    const timer = setTimeout(() => killGroup(child), stopTimeout);
    await exited;
    clearTimeout(timer);
  };
};

const killGroup = (child: ChildProcess): void => {
  if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
};
