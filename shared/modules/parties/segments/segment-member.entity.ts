import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  json,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

/** What made a record enter or leave. */
export const segmentReasons = ['CHANGE', 'TIME', 'EVALUATION', 'MANUAL', 'SEGMENT_ARCHIVED'] as const;

/** What records of all kinds are told apart by, as text: sector, zone, size. */
export type Traits = Readonly<Record<string, string>>;

/** A record in a segment, as long as it is not archived. It has the owner of its record, and is seen by those who see that. */
export const SegmentMember = entity('SegmentMember', {
  idPrefix: 'sgm',
  describes:
    'A record in a segment. It is archived when the record leaves, and comes back when it enters again: its versions tell when and why.',
  fields: {
    segment: ref('Segment', { describes: 'The segment.' }),
    subject: ref('*', { describes: 'The record that is in it, of whatever kind.' }),
    account: optional(ref('Account', { describes: 'The record, where it is an account.' })),
    contact: optional(ref('Contact', { describes: 'The record, where it is a contact.' })),
    since: derived(dateTime({ describes: 'When it entered last.' })),
    until: derivedOptional(dateTime({ describes: 'When it left.' })),
    reason: derived(
      choice(segmentReasons, {
        named: 'SegmentReason',
        describes:
          'What made it enter, or leave: a change of the record or of what relates to it, time going by, the criteria being set or changed, ' +
          'somebody by hand, or the segment being archived.',
      }),
    ),
    cause: derivedOptional(text({ max: 120, describes: 'The event that it followed from: `opportunity.won`.' })),
    handler: derivedOptional(text({ max: 60, describes: 'The id of the person whose record it is.' })),
    traits: derivedOptional(json<Traits>({ describes: 'What its record is counted by: sector, zone, size.' })),
  },
  owner: inheritsFrom('subject'),
  keys: {
    bySegment: { gsi: 1, of: 'segment', sort: 'since', on: 'Segment.members' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
  },
  timeline: ['subject'],
  title: ({ subject }) => subject,
  events: { entered: 'A record entered the segment.', exited: 'A record left the segment.' },
});

/** A membership, as code sees it. */
export type SegmentMemberRow = Row<typeof SegmentMember>;
