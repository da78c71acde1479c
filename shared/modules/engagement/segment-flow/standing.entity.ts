import {
  date,
  defaulted,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  json,
  list,
  ref,
  text,
  type Row,
} from '#kernel';

type Counts = Readonly<Record<string, number>>;

/** Where a member of segments stands: what the roll-up of its segments is made of. */
export const SegmentStanding = entity('SegmentStanding', {
  idPrefix: 'sst',
  describes: 'Where a member of segments stands: contact, planned and done work, and what other modules count of it.',
  internal: true,
  fields: {
    subject: ref('*', { describes: 'The account or contact.' }),
    segments: list(ref('Segment'), { max: 500, describes: 'The segments that it is in.' }),
    holder: derivedOptional(text({ max: 60, describes: 'Whose it is.' })),
    contactedOn: derivedOptional(date({ describes: 'When somebody was last in contact with it.' })),
    done: defaulted(integer({ describes: 'Activities done.' }), 0),
    due: defaulted(json<Counts>({ describes: 'Planned activities by the day on which they are due.' }), {}),
    figures: defaulted(json<Counts>({ describes: 'What other modules count of it.' }), {}),
  },
  owner: inheritsFrom('subject'),
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  title: ({ subject }) => subject,
});

/** A standing, as code sees it. */
export type StandingRow = Row<typeof SegmentStanding>;

/** The id of a record's standing: one each, found without an index. */
export const standingId = (subject: string): string =>
  `${SegmentStanding.idPrefix}_${subject.slice(subject.indexOf('_') + 1)}`;
