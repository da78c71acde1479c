// The import budget: contacts of a table through the API of a local cloud until all read models are done, beside the same
// items (rows, events, read models: all that lies in the table then) written by raw BatchWriteItem in the same run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fromAttributes, type AttributeMap } from '#aws/dynamodb/attribute-values';
import { resources } from '#infra/local/environment';
import type { Item } from '#kernel';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { begin, mapped, waitForJob } from '#test/support/importing';
import { processesBelow, readProcess } from './processes.ts';
import { startBareTable } from './product.ts';
import { atMost, type Row } from './rows.ts';

const budget = { seconds: 600, ratio: 1.6, mebibytes: 512 };
/** More than the budget, so that a run that misses it is told by how much. */
const patience = 3_600;

const tableOf = (count: number): string => {
  const rows = Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(6, '0');
    return `Nombre${number},Apellido${number},contacto${number}@importado.ec,0991${number},Cargo ${String(index % 50)}`;
  });
  return `nombre,apellido,correo,celular,cargo\n${rows.join('\n')}\n`;
};

const rules = [
  { field: 'firstName', column: 'nombre' },
  { field: 'lastName', column: 'apellido' },
  { field: 'email', column: 'correo' },
  { field: 'phone', column: 'celular' },
  { field: 'jobTitle', column: 'cargo' },
];

/** The rows of the budget for so many contacts. */
export const importRows = async (count: number): Promise<readonly Row[]> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'lazo-import-'));
  try {
    const measured = await importInto(dataDir, count);
    const raw = await rawSeconds(dataDir);
    const about = `import of ${count.toLocaleString('en')} contacts`;
    const besideRaw = { budget: budget.ratio, measured: measured.seconds / raw, unit: 'x' };
    return [
      atMost(`${about}, beside raw BatchWriteItem of the same items`, besideRaw),
      atMost(`${about}, with all read models`, { budget: budget.seconds, measured: measured.seconds, unit: 's' }),
      atMost(`${about}, memory`, { budget: budget.mebibytes, measured: measured.mebibytes, unit: 'MiB' }),
      atMost(`${about}, rows that did not enter`, { budget: 0, measured: count - measured.created, unit: 'rows' }),
    ];
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};

const importInto = async (dataDir: string, count: number) => {
  const others = new Set(processesBelow());
  const cloud = await startTestCloud({ dataDir });
  try {
    const memory = peakOf(processesBelow().filter((id) => !others.has(id)));
    const { seconds, created } = await timed(cloud, count);
    return { seconds, created, mebibytes: memory() };
  } finally {
    await cloud.stop();
  }
};

const timed = async (cloud: TestCloud, count: number) => {
  const plan = { rules, matchKeys: ['email', 'phone'] };
  const id = await mapped(cloud, 'Contact', 'contacts.csv', tableOf(count), plan);
  const from = performance.now();
  const { counts } = await waitForJob(cloud, await begin(cloud, id), undefined, patience);
  await untilIdle(cloud, from + patience * 1000);
  return { seconds: (performance.now() - from) / 1000, created: counts.created };
};

/** Asks again and again: a request that waited so long would be given up on the way. */
const untilIdle = async (cloud: TestCloud, ends: number): Promise<void> => {
  for (;;) {
    try {
      await cloud.idle(100);
      return;
    } catch (error) {
      if (performance.now() > ends) throw error;
    }
  }
};

/** Begins to watch; answers how to ask for the largest resident memory since that any one process has had. */
const peakOf = (ids: readonly number[]): (() => number) => {
  for (const id of ids) forgetPeak(id);
  return () => Math.max(0, ...ids.map(peakOfOne));
};

const forgetPeak = (id: number): void => {
  try {
    writeFileSync(`/proc/${String(id)}/clear_refs`, '5');
  } catch {
    // Then the peak is that since its start, which is no less.
  }
};

const peakOfOne = (id: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readProcess(`/proc/${String(id)}/status`))?.[1] ?? 0) / 1024;

const together = 2_000;

/** Seconds that an engine takes for the items that a cloud has left behind, written by BatchWriteItem alone into a table like its own. */
const rawSeconds = async (dataDir: string): Promise<number> => {
  const left = new DatabaseSync(join(dataDir, 'dynamodb.sqlite'), { readOnly: true });
  const { table, stop } = await startBareTable({ asInCloud: true });
  let milliseconds = 0;
  const write = async (items: readonly Item[]): Promise<void> => {
    const from = performance.now();
    await table.batchWrite(items.map((item) => ({ kind: 'put', item })));
    milliseconds += performance.now() - from;
  };
  try {
    let pending: Item[] = [];
    for (const row of left.prepare(`SELECT item_json FROM "${resources.table}"`).iterate()) {
      if (pending.push(itemOf(row['item_json'])) < together) continue;
      await write(pending);
      pending = [];
    }
    await write(pending);
    return milliseconds / 1000;
  } finally {
    left.close();
    await stop();
  }
};

const itemOf = (json: unknown): Item => fromAttributes(JSON.parse(String(json)) as AttributeMap) as Item;
