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

/** What a job works with, under the rights of who started it. */
export type JobContext = Context & {
  /** The id of the job's record. */
  readonly jobId: string;
};

/** A declared job. `input` is stored as JSON with the job's record. */
export type Job<Given = unknown> = {
  readonly name: string;
  readonly describes: string;
  /** The permission that starting it asks for. */
  readonly needs: string;
  /** Its events have no effects outside the product: mass imports. */
  readonly silent?: boolean;
  /** How many rows lie ahead, when it can be known; for progress. */
  total?(input: Given, context: JobContext): Promise<number | undefined>;
  /** One chunk, from `cursor` (absent at first). Idempotent: it may run again after a crash. */
  chunk(input: Given, cursor: string | undefined, context: JobContext): Promise<ChunkResult>;
  /** Once all chunks are done; answers what the job's record keeps as its result. */
  finish?(input: Given, context: JobContext): Promise<Readonly<Record<string, unknown>>>;
};
/** Any job, when its input does not matter. */
export type AnyJob = Job<never>;

/** Declares a job. */
export const job = <Given>(name: string, spec: Omit<Job<Given>, 'name'>): Job<Given> => ({ name, ...spec });
