// The processes that a measurement has started, where the machine tells of them (in /proc).
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** All processes below this one; none where there is no /proc. */
export const processesBelow = (): readonly number[] => {
  const parents = new Map(processes().map((id) => [id, parentOf(id)]));
  const isOurs = (id: number | undefined): boolean =>
    id !== undefined && (id === process.pid || isOurs(parents.get(id)));
  return [...parents.keys()].filter((id) => id !== process.pid && isOurs(id));
};

const processes = (): readonly number[] =>
  existsSync('/proc')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];

/** What a file of /proc says; a process may end while it is looked at. */
export const readProcess = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

const parentOf = (id: number): number | undefined =>
  Number(/^PPid:\s+(\d+)/m.exec(readProcess(`/proc/${String(id)}/status`))?.[1]) || undefined;
