// All are the product's own: heads of the chains of issued documents, their places, and who waits for the next number.
import { date, entity, integer, list, noOwner, optional, ref, text, type Row } from '#kernel';

const series = text({ max: 40, unique: true, describes: 'The series: `invoice/001-001`.' });

/** The head of a series of issued documents: each document seals the one before it. */
export const DocumentChain = entity('DocumentChain', {
  idPrefix: 'dch',
  describes: 'The head of a series of issued documents: how many there are, the last day, and the last seal.',
  fields: {
    series,
    length: integer({ min: 0, describes: 'How many documents have been issued.' }),
    lastHash: text({ max: 64, describes: 'The seal of the last one.' }),
    lastDay: date({ describes: 'The day of the last one; the next is not earlier.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'series' } },
  internal: true,
  title: (row) => row.series,
});
/** The head of a chain, as code sees it. */
export type DocumentChainRow = Row<typeof DocumentChain>;

/** A place in a series that is taken: made by its place, so that no two documents ever hold the same. */
export const DocumentPlace = entity('DocumentPlace', {
  idPrefix: 'dpl',
  describes: 'A place in a series of issued documents that is taken, and by which document.',
  fields: {
    place: text({ max: 60, describes: 'Series and place: `invoice/001-001#17`.' }),
    document: text({ max: 60, describes: 'The id of the document.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'place', shards: 4 } },
  internal: true,
  title: ({ place }) => place,
});

/** Most documents that wait for numbers of one series. */
export const mostWaiting = 500;

/** Documents that wait for the next numbers of a series, first come first served; a job works while there are any. */
export const IssueQueue = entity('IssueQueue', {
  idPrefix: 'iqu',
  describes: 'Documents that wait for the next numbers of a series, first come first served.',
  fields: {
    series,
    waiting: list(text({ max: 60 }), { max: mostWaiting, describes: 'Their ids, in the order in which they came.' }),
    job: optional(ref('Job', { describes: 'The job that works on it.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'series' } },
  internal: true,
  title: (row) => row.series,
});
/** A queue, as code sees it. */
export type IssueQueueRow = Row<typeof IssueQueue>;
