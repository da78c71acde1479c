// The local cloud's own durable memory: one SQLite file in which every part keeps its tables. What is committed here
// survives `kill -9`; it is never acknowledged before.
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** The file, open. One process at a time has it. */
export type Store = DatabaseSync;

/** Opens or makes the file. */
export function openStore(file: string): Store {
  const store = new DatabaseSync(file);
  store.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
  store.exec('CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
  return store;
}

/** Runs `work` in one transaction: all of it is kept, or none. Inside another one it is a part of that. */
export function atomically<Result>(store: Store, work: () => Result): Result {
  if (store.isTransaction) return work();
  store.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    store.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(store);
    throw error;
  }
}

/** SQLite has rolled back by itself after some errors, such as a full disk. */
const rollBack = (store: Store): void => {
  if (store.isTransaction) store.exec('ROLLBACK');
};

/** Keeps a JSON value under a name. */
export function remember(store: Store, name: string, value: unknown): void {
  memoryOf(store).set.run(name, JSON.stringify(value));
}

/** The value last kept under a name; the caller says what it put there. */
export function recall(store: Store, name: string): unknown {
  const row = memoryOf(store).get.get(name);
  return row === undefined ? undefined : JSON.parse(String(row['value']));
}

/** The value under a name, made and kept the first time. */
export function recallOrMake(store: Store, name: string, make: () => string): string {
  const known = recall(store, name);
  if (typeof known === 'string') return known;
  const made = make();
  remember(store, name, made);
  return made;
}

type Memory = { readonly set: StatementSync; readonly get: StatementSync };

const memories = new WeakMap<Store, Memory>();

const memoryOf = (store: Store): Memory => {
  const known = memories.get(store);
  if (known) return known;
  const memory = {
    set: store.prepare('INSERT OR REPLACE INTO memory (name, value) VALUES (?, ?)'),
    get: store.prepare('SELECT value FROM memory WHERE name = ?'),
  };
  memories.set(store, memory);
  return memory;
};
