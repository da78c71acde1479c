// The data folder: one local cloud at a time works in it.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A data folder that another process works in. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
}

/** Paths inside the folder, and how to let go of it. */
export type DataFolder = { readonly store: string; readonly objects: string; readonly mails: string; release(): void };

/** Takes the folder, waiting a little for a process that is just ending. The lock ends with us, even by `kill -9`. @throws DataFolderInUse */
export async function takeDataFolder(folder: string): Promise<DataFolder> {
  mkdirSync(folder, { recursive: true });
  // Keys, password hashes and customers' data are the owner's alone.
  chmodSync(folder, 0o700);
  const lock = await takeLock(join(folder, 'lock.sqlite'), 3_000);
  if (!lock)
    throw new DataFolderInUse(`Another local cloud works in ${folder}. Stop it, or set LAZO_DATA to another folder.`);
  return {
    store: join(folder, 'cloud.sqlite'),
    objects: join(folder, 'objects'),
    mails: join(folder, 'mails'),
    release: () => {
      lock.close();
    },
  };
}

/** SQLite's own lock on a file: the operating system frees it when the process is gone. */
const takeLock = async (file: string, patience: number): Promise<DatabaseSync | undefined> => {
  const lock = new DatabaseSync(file, { timeout: 0 });
  const ends = Date.now() + patience;
  for (;;) {
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
      return lock;
    } catch {
      if (Date.now() > ends) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  lock.close();
  return undefined;
};
