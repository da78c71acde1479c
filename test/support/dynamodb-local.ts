// AWS's own DynamoDB Local, the second opinion of the contract tests. It comes from Maven Central into
// node_modules/.cache; where Java, Maven or the network are missing, `missing` says what.
import { execFile, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnGuarded } from '#infra/local/engine';
import { createTable, type TestTable } from './engine.ts';

const version = '3.1.0';
const folder = join(import.meta.dirname, '../../node_modules/.cache/dynamodb-local', version);
const mainClass = 'software.amazon.dynamodb.services.local.main.ServerRunner';
const downloadTimeout = 240_000;
const startTimeout = 60_000;

const run = promisify(execFile);

/** The jars, downloaded at the first call. */
export async function findDynamoDBLocal(): Promise<{ readonly folder: string } | { readonly missing: string }> {
  if (!(await runs('java', '-version'))) return { missing: 'java is not installed' };
  if (existsSync(folder)) return { folder };
  if (!(await runs('mvn', '-version'))) return { missing: 'mvn is not installed' };
  return download();
}

/** Starts DynamoDB Local in memory and creates the table. */
export async function startDynamoDBLocal(libraries: string): Promise<TestTable> {
  const port = await freePort();
  const options = [
    `-Djava.library.path=${libraries}`,
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-cp',
    join(libraries, '*'),
  ];
  const child = spawnGuarded('java', [...options, mainClass, '-inMemory', '-disableTelemetry', '-port', String(port)]);
  child.stderr?.resume();
  const endpoint = `http://127.0.0.1:${String(port)}`;
  await untilAnswering(endpoint, child);
  return { ...(await createTable(endpoint)), stop: () => stop(child) };
}

const runs = (command: string, ...args: string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

/** Into a folder of its own first, so that an interrupted download is not taken for a whole one. */
const download = async (): Promise<{ readonly folder: string } | { readonly missing: string }> => {
  const partial = `${folder}.${String(process.pid)}`;
  mkdirSync(partial, { recursive: true });
  const project = join(partial, 'pom.xml');
  writeFileSync(project, pom);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`];
  try {
    await run('mvn', ['-q', '-B', '-f', project, ...goal], { timeout: downloadTimeout });
    renameSync(partial, folder);
    return { folder };
  } catch {
    rmSync(partial, { recursive: true, force: true });
    return existsSync(folder) ? { folder } : { missing: 'mvn could not bring it (no network?)' };
  }
};

const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>lazo</groupId><artifactId>dynamodb-local</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>software.amazon.dynamodb</groupId><artifactId>DynamoDBLocal</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>`;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

const untilAnswering = async (endpoint: string, child: ChildProcess): Promise<void> => {
  const deadline = Date.now() + startTimeout;
  for (;;) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('DynamoDB Local did not start.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.stdin?.end();
  });
