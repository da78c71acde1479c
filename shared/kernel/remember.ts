// What a container remembers for a minute: actors, roles and definitions, which every request needs and few ever change
// (design.md section 3). What must be right at once is read from the table.
import type { Ports } from './ports.ts';

/** For how long a container trusts what it has read. */
export const trustedFor = 60_000;
/** Most entries of a container. */
const mostEntries = 5_000;

/** Whoever remembers: a container (`Runtime`), or a unit of work in it (`Context`). */
export type Rememberer = { readonly clock: { now(): Date }; readonly ports: Pick<Ports, 'secrets'> };

type Entry = { readonly until: number; readonly value: Promise<unknown> };
type Cache = Map<string, Entry>;
/** By the one port that all units of a container share. */
const caches = new WeakMap<Ports['secrets'], Cache>();

/**
 * The value that was made under this name within the last minute, or a new one. What failed is not kept, nor what
 * `keeps` refuses.
 */
export const rememberFor = <Value>(
  who: Rememberer,
  name: string,
  make: () => Promise<Value>,
  keeps: (value: Value) => boolean = () => true,
): Promise<Value> => {
  const cache = cacheOf(who);
  const now = who.clock.now().getTime();
  const known = cache.get(name);
  if (known && known.until > now) return known.value as Promise<Value>;
  const value = make();
  put(cache, name, { until: now + trustedFor, value });
  const forget = (): boolean => cache.get(name)?.value === value && cache.delete(name);
  value.then((made) => keeps(made) || forget(), forget);
  return value;
};

/** Lets this container read anew what it has just changed; others do within the minute. */
export const forget = (who: Rememberer, name: string): void => {
  cacheOf(who).delete(name);
};

/** A full cache forgets what it has had longest. */
const put = (cache: Cache, name: string, entry: Entry): void => {
  cache.delete(name);
  cache.set(name, entry);
  if (cache.size <= mostEntries) return;
  for (const oldest of [...cache.keys()].slice(0, mostEntries / 10)) cache.delete(oldest);
};

const cacheOf = ({ ports }: Rememberer): Cache => {
  const cache = caches.get(ports.secrets) ?? new Map<string, Entry>();
  caches.set(ports.secrets, cache);
  return cache;
};
