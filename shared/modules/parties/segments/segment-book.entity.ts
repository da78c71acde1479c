import { entity, integer, list, noOwner, object, ref, text, type Row } from '#kernel';

/** A tenant has one. */
export const bookId = 'sgb_00000000000000000000000000';
/** Segments of a tenant that are not archived. */
export const mostSegments = 100;

/** The segments in force, in one row: whoever looks after a changed record reads it consistently, with the record. */
export const SegmentBook = entity('SegmentBook', {
  idPrefix: 'sgb',
  internal: true,
  describes: 'The segments of the tenant that are in force. It is written together with each of them.',
  fields: {
    entries: list(
      object('SegmentEntry', {
        segment: ref('Segment', { describes: 'The segment.' }),
        recordType: text({ max: 60, describes: 'Whose records it holds.' }),
        revision: integer({ min: 1, describes: 'Which of its criteria hold.' }),
      }),
      { max: mostSegments, describes: 'One for each segment that is not archived.' },
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  title: () => 'Segments',
});

/** The book, as code sees it. */
export type SegmentBookRow = Row<typeof SegmentBook>;
/** What the book says of a segment. */
export type SegmentEntry = SegmentBookRow['entries'][number];
