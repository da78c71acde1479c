// What schemas say: to people when a value is refused, and to machines in JSON Schema.
import * as z from 'zod/mini';

/** A schema of zod, of whatever value. */
export type Schema = z.ZodMiniType;

/** What JSON Schema says beyond what zod knows: descriptions, and limits counted in characters. */
export const about = z.registry<Record<string, unknown>>();

/** What is said of a value of the wrong type; of a missing one, that it is missing. */
export const say = (message: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined || issue.input === null ? 'Must have a value.' : message;

/** What is said of a name that no field has; the path tells which. */
export const noSuchField = 'There is no such field.';

/** What is said of a value that is no object, and of each name in it that is not declared. */
export const sayOfObject =
  (message: string, unknown: string) => (issue: { readonly code: string; readonly input?: unknown }) =>
    issue.code === 'unrecognized_keys' ? unknown : say(message)(issue);
