import type { Runtime } from '#kernel';

/** For how long a container trusts what it has read about actors (design.md section 8). */
const trustedFor = 60_000;

type Entry = { readonly until: number; readonly value: Promise<unknown> };
const caches = new WeakMap<Runtime, Map<string, Entry>>();
/** Most entries of a container. */
const mostEntries = 5_000;

/** The value that was made under this name within the last minute, or a new one. What failed is not kept. */
export const rememberFor = <Value>(runtime: Runtime, name: string, make: () => Promise<Value>): Promise<Value> => {
  const cache = cacheOf(runtime);
  const now = runtime.clock.now().getTime();
  const known = cache.get(name);
  if (known && known.until > now) return known.value as Promise<Value>;
  if (cache.size >= mostEntries) cache.clear();
  const value = make();
  cache.set(name, { until: now + trustedFor, value });
  value.catch(() => cache.delete(name));
  return value;
};

const cacheOf = (runtime: Runtime): Map<string, Entry> => {
  const known = caches.get(runtime);
  if (known) return known;
  const made = new Map<string, Entry>();
  caches.set(runtime, made);
  return made;
};
