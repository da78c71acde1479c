import { DomainError, given, type Context } from '#kernel';

/** What became of an attempt: the record that it was about, or why it was refused. */
export type Attempt = { readonly record?: string; readonly error?: DomainError };

/**
 * Does a part of what a timer does in a write of its own: of what is refused nothing is written, and the timer goes on. The same
 * key does it once. @throws any other failure, so that the timer tries it again
 */
export const attempt = async (
  context: Context,
  key: string,
  run: (each: Context) => Promise<{ readonly id: string } | undefined>,
): Promise<Attempt> => {
  const [outcome] = await context.together([{ key, run }]);
  if (outcome?.status !== 'failed') return given({ record: outcome?.record });
  if (outcome.error instanceof DomainError) return { error: outcome.error };
  throw outcome.error;
};
