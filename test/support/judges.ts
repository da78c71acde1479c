// Independent judges of what we write, where the machine has them: `.ci/run` installs them, elsewhere their tests are skipped.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** Whether a program is on the path. */
export const has = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** A file of the data that comes with the specifications; undefined where it is absent. */
export const sharedFile = (path: string): string | undefined => {
  const file = join(process.env['LAZO_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'), 'data', path);
  return existsSync(file) ? file : undefined;
};

/** Runs a judge over a document in a file of its own, `{}` among its arguments; answers all that it said. */
export const judge = (
  program: string,
  args: readonly string[],
  content: string,
): { readonly ok: boolean; readonly said: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  const file = join(folder, 'document.xml');
  try {
    writeFileSync(file, content);
    const said = execFileSync('/bin/sh', [
      '-c',
      '"$0" "$@" 2>&1',
      program,
      ...args.map((arg) => (arg === '{}' ? file : arg)),
    ]);
    return { ok: true, said: said.toString() };
  } catch (error) {
    return { ok: false, said: String((error as { stdout?: Buffer }).stdout ?? error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
