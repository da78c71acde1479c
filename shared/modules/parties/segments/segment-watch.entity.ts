import { dateTime, entity, noOwner, optional, ref, type Row } from '#kernel';

/** The next moment at which time alone may change the segments of a record. One each, with a timer: nothing is scanned. */
export const SegmentWatch = entity('SegmentWatch', {
  idPrefix: 'sgw',
  plural: 'segmentWatches',
  internal: true,
  describes: 'When the segments of a record are to be looked at again because time has gone by.',
  fields: {
    subject: ref('*', { describes: 'The record.' }),
    at: optional(dateTime({ describes: 'The moment; absent when time alone changes nothing.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt', shards: 4 } },
  title: ({ subject }) => subject,
  dueAt: ({ at }) => at,
});

/** A watch, as code sees it. */
export type SegmentWatchRow = Row<typeof SegmentWatch>;

/** The id of a record's watch: one each, found without an index. */
export const watchId = (subject: string): string => `sgw_${subject.slice(subject.indexOf('_') + 1)}`;
