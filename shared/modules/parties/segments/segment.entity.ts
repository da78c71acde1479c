import {
  choice,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  json,
  longText,
  noOwner,
  optional,
  text,
  type Row,
} from '#kernel';

/** Records that belong together: those that fulfil criteria, or those that somebody has put into it. */
export const Segment = entity('Segment', {
  idPrefix: 'seg',
  describes:
    'Records of one kind that belong together. A live segment holds at every moment those that fulfil its criteria; a static one those that were put into it.',
  fields: {
    name: text({ min: 1, max: 120, search: 'words', describes: 'What people call it.' }),
    description: optional(longText({ max: 2000, describes: 'What it is for.' })),
    recordType: text({ max: 60, describes: 'Whose records it holds: Account, Contact.' }),
    kind: defaulted(
      choice(['LIVE', 'STATIC'], {
        named: 'SegmentKind',
        describes: 'Whether criteria say who is in it, or people do. It stays.',
      }),
      'LIVE',
    ),
    where: optional(
      json({
        describes:
          'The criteria of a live one: conditions on fields as in `accounts(where)`, `and`, `or`, `not`; on moments also ' +
          '`olderThanDays`, `withinDays`, `inNextDays`; on what relates to the record, by its name, `some`, `none`, `atLeast`; ' +
          'on a record that it refers to, `is`. `segmentCriteria` names all of it.',
      }),
    ),
    revision: derived(integer({ min: 1, describes: 'Counts its criteria from 1.' })),
    evaluatedAt: derivedOptional(
      dateTime({ describes: 'When all records were last gone through. Absent until they have been.' }),
    ),
    evaluation: derivedOptional(
      text({ max: 60, describes: 'The id of the job that goes through all records, the last one.' }),
    ),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' }, byRecordType: { gsi: 4, of: 'recordType', sort: 'name' } },
  timeline: ['id'],
  title: ({ name }) => name,
  events: {
    redefined: 'Its criteria have changed; all records are gone through anew.',
    evaluated: 'All records have been gone through.',
  },
});

/** A segment, as code sees it. */
export type SegmentRow = Row<typeof Segment>;
