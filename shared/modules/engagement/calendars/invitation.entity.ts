import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  email,
  entity,
  inheritsFrom,
  integer,
  list,
  object,
  optional,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';

/** What people answer. */
export const answers = ['NEEDS_ACTION', 'ACCEPTED', 'TENTATIVE', 'DECLINED'] as const;

const attendeeFields = {
  email: email({ describes: 'The address.' }),
  name: optional(text({ describes: 'The name.' })),
  user: optional(ref('User', { describes: 'The colleague.' })),
  contact: optional(ref('Contact', { describes: 'The contact.' })),
  status: choice(answers, { named: 'AttendeeStatus', describes: 'What the person answered.' }),
  repliedAt: optional(dateTime({ describes: 'When, by the calendar program.' })),
  comment: optional(text({ max: 500, describes: 'What was said with it.' })),
  counterAt: optional(
    dateTime({ describes: 'When the person asked for another time, which the calendar program says by mail.' }),
  ),
};

/** Who is asked to come to an activity. */
export const Invitation = entity('Invitation', {
  idPrefix: 'ivt',
  describes:
    'Who is invited to an activity, and what they answered. Calendar programs learn of changes and cancellation by mail.',
  fields: {
    activity: ref('Activity', { describes: 'To what; of a series the occurrence that was next.' }),
    series: derivedOptional(ref('RecurringActivity', { describes: 'The series, where all of it is meant.' })),
    rule: derivedOptional(text({ max: 300, describes: 'When the series comes again, as it was last announced.' })),
    timeZone: derivedOptional(text({ max: 60, describes: 'The zone whose clock the series goes by.' })),
    sequence: derived(integer({ describes: 'Counts changes of time and place, for calendar programs.' })),
    attendees: derived(list(object('Attendee', attendeeFields), { max: 30, describes: 'Who is invited.' })),
    subject: derived(text({ describes: 'What it was last announced as.' })),
    location: derivedOptional(text({ describes: 'Where it was last announced to be.' })),
    startsAt: derived(dateTime({ describes: 'When it was last announced to begin.' })),
    endsAt: derived(dateTime({ describes: 'When it was last announced to end.' })),
  },
  states: {
    field: 'status',
    initial: 'SENT',
    moves: { SENT: ['CANCELLED'], CANCELLED: ['SENT'] },
    closedIn: ['CANCELLED'],
    verbs: { SENT: 'renewed' },
  },
  owner: inheritsFrom('activity'),
  keys: {
    byActivity: { gsi: 1, of: 'activity', sort: 'createdAt', on: 'Activity.invitations' },
    all: { gsi: 3, sort: 'startsAt', shards: 4 },
  },
  timeline: ['activity'],
  title: ({ subject }) => subject,
  events: {
    extended: 'More people were invited.',
    reduced: 'Somebody was uninvited.',
    changed: 'Time, place or subject changed; everybody was told.',
    answered: 'Somebody answered.',
  },
});

/** An invitation, as code sees it. */
export type InvitationRow = Row<typeof Invitation>;
/** Somebody invited. */
export type Attendee = Values<typeof attendeeFields>;

/** The id of the invitation of an activity, or of a series: there is one, found without an index. */
export const invitationId = (activity: string): string => `ivt_${activity.slice(activity.indexOf('_') + 1)}`;
