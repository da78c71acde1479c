// Persisted queries: a client sends the hash of a query instead of its text. Those of our own clients come with the product;
// those that another client has sent before are kept in the container, and in the table so that every container knows them.
import type { Table } from '#kernel/table';
import manifest from './persisted/manifest.json' with { type: 'json' };

/** Apollo's KeyValueCache. */
export type QueryCache = {
  get(hash: string): Promise<string | undefined>;
  set(hash: string, query: string): Promise<void>;
  delete(hash: string): Promise<boolean>;
};

/** By the key under which Apollo looks for them. */
const ours: ReadonlyMap<string, string> = new Map(manifest.operations.map(({ id, body }) => [`apq:${id}`, body]));

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
      const shipped = ours.get(hash);
      if (shipped !== undefined) return shipped;
      const known = memory.get(hash) ?? (await table.get(keyOf(hash)))?.['query'];
      if (typeof known !== 'string') return undefined;
      remember(hash, known);
      return known;
    },
    set: async (hash, query) => {
      if (ours.has(hash) || memory.has(hash)) return;
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
