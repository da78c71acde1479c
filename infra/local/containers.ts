// Containers of functions: what they keep between invocations (connections, secrets, whom they know) lives in the modules under
// `functions/`. Where a cloud starts over in the same process they are evaluated anew; all others stay as they are.
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

let generation = 0;

/** From now on the functions of this project folder are loaded as if nobody had called them yet. */
export function useNewContainers(root: string): void {
  generation += 1;
  if (generation > 1) return;
  const functions = `${pathToFileURL(resolve(root, 'functions')).href}/`;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const isOurs = resolved.url.startsWith(functions) && !resolved.url.includes('?');
      return isOurs ? { ...resolved, url: `${resolved.url}?start=${String(generation)}` } : resolved;
    },
  });
}
