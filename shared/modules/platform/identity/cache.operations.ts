import type { Runtime } from '#kernel';

/** For how long a container trusts what it has read about actors (design.md section 8). */
const trustedFor = 60_000;
/** Most entries of a container. */
const mostEntries = 5_000;

type Entry = { readonly until: number; readonly value: Promise<unknown> };
type Cache = Map<string, Entry>;
const caches = new WeakMap<Runtime, Cache>();

/**
 * The value that was made under this name within the last minute, or a new one. What failed is not kept, nor what
 * `keeps` refuses.
 */
export const rememberFor = <Value>(
  runtime: Runtime,
  name: string,
  make: () => Promise<Value>,
  keeps: (value: Value) => boolean = () => true,
): Promise<Value> => {
  const cache = cacheOf(runtime);
  const now = runtime.clock.now().getTime();
  const known = cache.get(name);
  if (known && known.until > now) return known.value as Promise<Value>;
  const value = make();
  put(cache, name, { until: now + trustedFor, value });
  const forget = (): boolean => cache.get(name)?.value === value && cache.delete(name);
  value.then((made) => keeps(made) || forget(), forget);
  return value;
};

/** A full cache forgets what it has had longest. */
const put = (cache: Cache, name: string, entry: Entry): void => {
  cache.delete(name);
  cache.set(name, entry);
  if (cache.size <= mostEntries) return;
  for (const oldest of [...cache.keys()].slice(0, mostEntries / 10)) cache.delete(oldest);
};

const cacheOf = (runtime: Runtime): Cache => {
  const cache = caches.get(runtime) ?? new Map<string, Entry>();
  caches.set(runtime, cache);
  return cache;
};
