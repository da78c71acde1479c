// Pictures of which text is read: cards, receipts.
import { DomainError } from '#kernel';
import { UnreadablePicture } from '#kernel/ports';

/** What is seen on a picture; a picture that cannot be read is the caller's error, by `code`. @throws DomainError */
export const seenOrRefused = async <Seen>(code: string, read: () => Promise<Seen>): Promise<Seen> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadablePicture)) throw error;
    throw new DomainError(code, 'The picture cannot be read: damaged, too large, or no JPEG or PNG.', ['file']);
  }
};
