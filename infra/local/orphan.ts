// npm runs a script in a shell. When npm is killed outright, neither it nor the shell hands on a signal: one has to look.
import { readFileSync } from 'node:fs';

const every = 1_000;

/** Calls `listener` once when the npm that started this process is gone. Does nothing when npm did not. */
export function whenNpmIsGone(listener: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const known = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === known) return;
    clearInterval(timer);
    listener();
  }, every);
  timer.unref();
}

/** The shell, and npm above it where the system tells (Linux). */
const ancestors = (): string => `${process.ppid} ${parentOf(process.ppid)}`;

const parentOf = (id: number): string => {
  try {
    // The name comes second, in parentheses, and may hold anything; the parent is the second field behind it.
    return readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').pop()?.split(' ')[1] ?? '';
  } catch {
    return '';
  }
};
