// The demo tenant of a first start. What is shown to a person afterwards (key, users) is kept in the data folder.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { recall, remember, type Store } from './store.ts';

/** What a person needs to try the demo tenant. */
export type Demo = {
  readonly key: string;
  readonly users: readonly { readonly email: string; readonly password: string; readonly role: string }[];
};

/**
 * Exported as `seedDemo` by the module platform/tenants. The runtime is what `openRuntime()` of functions/runtime.ts
 * answers. Called again with the same data when it was interrupted.
 */
export type SeedDemo = (runtime: unknown) => Promise<Demo>;

const memory = 'demo';
const nothing: Demo = { key: '', users: [] };

/** The demo tenant of this data folder, made at the first start; without a module that makes it there is none. */
export async function ensureDemo(store: Store, root: string): Promise<Demo> {
  const known = recall(store, memory);
  if (known !== undefined) return known as Demo;
  const seed = (await load(root, 'shared/modules/platform/tenants/index.ts'))?.['seedDemo'];
  if (typeof seed !== 'function') return nothing;
  const runtime = (await load(root, 'functions/runtime.ts')) as { readonly openRuntime: () => unknown };
  const demo = await (seed as SeedDemo)(runtime.openRuntime());
  remember(store, memory, demo);
  return demo;
}

const load = async (root: string, path: string): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const file = resolve(root, path);
  return existsSync(file) ? ((await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>) : undefined;
};
