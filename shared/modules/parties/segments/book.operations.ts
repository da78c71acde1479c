import { DomainError, type Context } from '#kernel';
import type { TenantDefaults } from '#modules/platform/tenants';
import { bookId, mostSegments, SegmentBook, type SegmentEntry } from './segment-book.entity.ts';
import type { SegmentRow } from './segment.entity.ts';

/** Every tenant begins with an empty book, so that reading it is no search. */
export const emptyBook: TenantDefaults = {
  name: 'segments',
  run: ({ trusted }) => {
    trusted(SegmentBook).create({ entries: [] }, { id: bookId });
    return Promise.resolve();
  },
};

/** Writes into the book, with the segment itself, which of its criteria are in force. @throws TOO_MANY_SEGMENTS */
export const putInForce = (context: Context, { id: segment, recordType, revision }: SegmentRow): Promise<void> =>
  writeBook(context, (entries) => [...withoutEntry(entries, segment), { segment, recordType, revision }]);

/** Takes a segment out of the book. */
export const putOutOfForce = (context: Context, segment: string): Promise<void> =>
  writeBook(context, (entries) => withoutEntry(entries, segment));

const withoutEntry = (entries: readonly SegmentEntry[], segment: string): readonly SegmentEntry[] =>
  entries.filter((entry) => entry.segment !== segment);

const writeBook = async (
  { trusted }: Context,
  change: (entries: readonly SegmentEntry[]) => readonly SegmentEntry[],
): Promise<void> => {
  const books = trusted(SegmentBook);
  const book = await books.find(bookId);
  const entries = change(book?.entries ?? []);
  if (entries.length > mostSegments)
    throw new DomainError('TOO_MANY_SEGMENTS', `A tenant has at most ${String(mostSegments)} segments in use.`);
  if (book) books.update(book, { entries });
  else books.create({ entries }, { id: bookId });
};
