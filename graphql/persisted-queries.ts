// Automatic persisted queries: a client sends the hash of a query it has sent before. Kept in the container, and in the
// table so that every container knows it.
import type { Table } from '#kernel/table';

/** Apollo's KeyValueCache. */
export type QueryCache = {
  get(hash: string): Promise<string | undefined>;
  set(hash: string, query: string): Promise<void>;
  delete(hash: string): Promise<boolean>;
};

const keptInMemory = 500;
const keptDays = 30;

/** A cache of query texts, by their hash. The texts are of no tenant: whoever knows the hash knows the text. */
export const persistedQueries = (table: Table, clock: { now(): Date }): QueryCache => {
  const memory = new Map<string, string>();
  const remember = (hash: string, query: string): void => {
    memory.delete(hash);
    memory.set(hash, query);
    const [oldest] = memory.keys();
    if (memory.size > keptInMemory && oldest !== undefined) memory.delete(oldest);
  };
  return {
    get: async (hash) => {
      const known = memory.get(hash) ?? (await table.get(keyOf(hash)))?.['query'];
      if (typeof known !== 'string') return undefined;
      remember(hash, known);
      return known;
    },
    set: async (hash, query) => {
      if (memory.has(hash)) return;
      remember(hash, query);
      const expiresAt = Math.floor(clock.now().getTime() / 1000) + keptDays * 86_400;
      await table.write({ kind: 'put', item: { ...keyOf(hash), query, expiresAt } });
    },
    delete: async (hash) => {
      await table.write({ kind: 'delete', key: keyOf(hash) });
      return memory.delete(hash);
    },
  };
};

/** Apollo has compared the hash with the text that it keeps; of one that is looked up, anything may come. */
const keyOf = (hash: string) => ({ pk: `system#query#${hash.slice(0, 100)}`, sk: 'query' });
