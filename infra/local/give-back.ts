// Gives memory back that a burst of work has left behind: a process that idles has no reason to keep it, and V8 by
// itself waits for the next burst.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const every = 5_000;

/** A process that used less of its time than this is idle. */
const idleShare = 0.05;

/** Heap beyond what is in use that is worth a collection (bytes). */
const worthwhile = 8 * 1024 * 1024;

/** Collects whenever this process has been idle for some seconds after work. */
export function giveBackWhenIdle(): void {
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
