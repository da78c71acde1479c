// Jobs: an operation over many rows, in idempotent chunks that resume where they stopped.
import type { Context } from './context.ts';

/** What one row of a chunk came to. */
export type RowResult = {
  readonly row: number;
  readonly status: 'created' | 'updated' | 'unchanged' | 'skipped' | 'failed' | 'done';
  readonly record?: string;
  readonly code?: string;
  readonly message?: string;
  readonly field?: string;
};

/** What a chunk answers: its results and where the next begins; no cursor ends the job. */
export type ChunkResult = { readonly results: readonly RowResult[]; readonly next?: string };

/** A declared job. `input` is stored as JSON with the job's record. */
export type Job<Given = unknown> = {
  readonly name: string;
  readonly describes: string;
  /** The permission that starting it asks for. */
  readonly needs: string;
  /** How many rows lie ahead, when it can be known; for progress. */
  total?(input: Given, context: Context): Promise<number | undefined>;
  /** One chunk, from `cursor` (absent at first). Idempotent: it may run again after a crash. */
  chunk(input: Given, cursor: string | undefined, context: Context): Promise<ChunkResult>;
  /** Once all chunks are done; answers what the job's record keeps as its result. */
  finish?(input: Given, context: Context): Promise<Readonly<Record<string, unknown>>>;
};
export type AnyJob = Job<never>;

/** Declares a job. */
export const job = <Given>(name: string, spec: Omit<Job<Given>, 'name'>): Job<Given> => ({ name, ...spec });
