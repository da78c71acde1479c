// From zod's issues to the domain's problems: one BAD_INPUT error that names everything that is wrong, and where.
import * as z from 'zod/mini';
import { type Path, type Problem, problemsError } from './errors.ts';
import type { Schema } from './validate-messages.ts';

const maxProblems = 100;

/** The value as the schema tidies it. @throws BAD_INPUT with every problem found, up to 100 */
export const accept = (schema: Schema, value: unknown, path: Path = []): unknown => {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw problemsError(result.error.issues.flatMap((issue) => problemsOf(issue, path)).slice(0, maxProblems));
};

const problemsOf = (issue: z.core.$ZodIssue, path: Path): readonly Problem[] => {
  const here = [...path, ...(issue.path as Path)];
  const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...here, key.slice(0, maxKey)]) : [here];
  return places.map((place) => ({ code: 'BAD_INPUT', message: issue.message, path: place }));
};

const maxKey = 100;
