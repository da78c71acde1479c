// The local cloud as a person meets it: how long a start on existing data takes, and what it holds when nothing happens.
import { setTimeout } from 'node:timers/promises';
import { startTestCloud } from '#test/support/cloud';
import { median } from './measure.ts';
import { processesBelow, readProcess } from './processes.ts';
import { atMost, type Row } from './rows.ts';

const starts = 3;
const quietSeconds = 10;

/** The rows; memory is left out where the machine does not tell it (it does in /proc). */
export const localCloudRows = async (): Promise<readonly Row[]> => {
  const others = new Set(processesBelow());
  const cloud = await startTestCloud();
  try {
    await cloud.idle();
    const seconds: number[] = [];
    for (let start = 0; start < starts; start += 1) {
      await cloud.kill9();
      const from = performance.now();
      await cloud.restart();
      await cloud.graphql('{ me { user { id } } }');
      seconds.push((performance.now() - from) / 1000);
    }
    const start = atMost('local cloud, start on existing data', { budget: 3, measured: median(seconds), unit: 's' });
    await setTimeout(quietSeconds * 1000);
    const bytes = memoryOf(processesBelow().filter((id) => !others.has(id)));
    if (bytes === 0) return [start];
    return [start, atMost('local cloud, idle memory', { budget: 350, measured: bytes / 2 ** 20, unit: 'MiB' })];
  } finally {
    await cloud.stop();
  }
};

/** Bytes, pages that processes share counted once. */
const memoryOf = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + memoryOfOne(id), 0);

const memoryOfOne = (id: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readProcess(`/proc/${String(id)}/smaps_rollup`))?.[1] ?? 0) * 1024;
