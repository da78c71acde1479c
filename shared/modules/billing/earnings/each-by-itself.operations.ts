import type { Context, Piece } from '#kernel';

/**
 * Does pieces of work each in a write of its own, so that many of them are not too much for one. Where some fail the caller fails
 * afterwards, and is tried again: what is done stays done.
 */
export const eachByItself = async ({ together }: Context, pieces: readonly Piece[]): Promise<void> => {
  const failed = (await together(pieces)).find(({ status }) => status === 'failed');
  if (failed) throw new Error('A piece of work failed.', { cause: failed.error });
};
