// Keeps memory small on a laptop: V8 lets a heap grow by several times what is in use before it collects, and keeps what a
// burst of work has left behind until the next one.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const every = 5_000;

/** A process that used less of its time than this is idle. */
const idleShare = 0.05;

/** Heap beyond what is in use that is worth a collection (bytes). */
const worthwhile = 8 * 1024 * 1024;

/** How much a heap may grow before it is collected again, in percent; less costs time, this was not seen to. */
const growth = 20;

/** Collects early, and whenever this process has been idle for some seconds after work. */
export function giveBackMemory(): void {
  setFlagsFromString(`--heap-growing-percent=${String(growth)}`);
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  let last = process.cpuUsage();
  let isTidy = false;
  setInterval(() => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    const isIdle = user + system < idleShare * every * 1_000;
    if (isIdle && !isTidy && unusedHeap() > worthwhile) collect();
    isTidy = isIdle;
  }, every).unref();
}

const unusedHeap = (): number => {
  const { heapTotal, heapUsed } = process.memoryUsage();
  return heapTotal - heapUsed;
};
