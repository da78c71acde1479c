import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  optional,
  ownedBy,
  phone,
  ref,
  text,
  type Row,
} from '#kernel';

/** Something to be thought of at a time. */
export const Reminder = entity('Reminder', {
  idPrefix: 'rem',
  describes: 'A reminder of any record: at a time, or so many minutes before an activity; also to call somebody back.',
  fields: {
    about: ref('*', { describes: 'The record that it reminds of.' }),
    kind: defaulted(
      choice(['REMINDER', 'CALL_BACK'], {
        named: 'ReminderKind',
        describes: 'To think of something, or to call back.',
      }),
      'REMINDER',
    ),
    note: optional(text({ max: 200, describes: 'What to think of; the title of the record when absent.' })),
    phone: optional(phone({ describes: 'The number to call back.' })),
    at: optional(dateTime({ describes: 'When, for a reminder at a time.' })),
    minutesBefore: optional(
      integer({ min: 0, max: 40_320, describes: 'How long before its activity, for one that goes with an activity.' }),
    ),
    owner: optional(ref('User', { describes: 'Who is reminded.' })),
    subject: derived(text({ max: 300, describes: 'What its reader is told.' })),
    remindAt: derived(dateTime({ describes: 'When it is due.' })),
    rangAt: derivedOptional(dateTime({ describes: 'When its owner was told last.' })),
    snoozes: derived(integer({ describes: 'How often it was put off after it was due.' })),
    notification: derivedOptional(ref('Notification', { describes: 'What its owner was told last.' })),
    isOvertaken: derived(
      boolean({ describes: 'It was cancelled because its activity was done, dropped or archived.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'WAITING',
    moves: {
      WAITING: ['RUNG', 'DONE', 'CANCELLED'],
      RUNG: ['WAITING', 'DONE', 'CANCELLED'],
      DONE: [],
      CANCELLED: ['WAITING'],
    },
    closedIn: ['DONE', 'CANCELLED'],
    verbs: { RUNG: 'becameDue', WAITING: 'rearmed', DONE: 'completed' },
  },
  owner: ownedBy('owner'),
  keys: {
    byAbout: { gsi: 1, of: 'about', sort: 'remindAt', openFirst: true },
    byOwner: { gsi: 2, sort: 'remindAt' },
    all: { gsi: 3, sort: 'remindAt' },
  },
  defaults: ['archive', 'restore'],
  title: ({ subject }) => subject,
  events: { snoozed: 'Its owner put it off after it was due.' },
  dueAt: ({ status, remindAt }) => (status === 'WAITING' ? remindAt : undefined),
});

/** A reminder, as code sees it. */
export type ReminderRow = Row<typeof Reminder>;
