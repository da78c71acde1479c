import {
  dateTime,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  longText,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { timeZoneProblems } from '#modules/platform/settings';

const dayLength = 86_400_000;
/** Occurrences are in the agenda so many days ahead; a month later the next ones are added. */
export const daysAhead = 45;
const daysBetween = 30;

/** Work that comes again and again. */
export const RecurringActivity = entity('RecurringActivity', {
  idPrefix: 'ract',
  plural: 'recurringActivities',
  describes:
    'Work that comes again by a rule: the visit each first Friday. Its occurrences of the next weeks stand in the agenda as activities.',
  fields: {
    subject: text({ describes: 'What is to be done.', search: 'words' }),
    type: ref('ActivityType', { describes: 'The kind of work.' }),
    account: optional(ref('Account', { describes: 'With which account.' })),
    contact: optional(ref('Contact', { describes: 'With whom.' })),
    opportunity: optional(ref('Opportunity', { describes: 'For which opportunity.' })),
    notes: optional(longText({ describes: 'What to prepare, what to know.' })),
    location: optional(text({ describes: 'Where.' })),
    owner: optional(ref('User', { describes: 'Who does it.' })),
    minutes: optional(
      integer({ min: 1, max: 1440, describes: "How long it takes; the type's duration when not said." }),
    ),
    startsAt: dateTime({ describes: 'The first moment; later ones are at the same time on the clock of the zone.' }),
    timeZone: optional(text({ max: 60, describes: "IANA time zone of its clock; the person's when not said." })),
    rule: text({
      max: 300,
      pattern: /^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)\b[A-Z0-9=;,:+-]*$/,
      describes: 'When it comes again, by RFC 5545 without RRULE: FREQ=MONTHLY;BYDAY=1FR;COUNT=10.',
    }),
    except: derived(list(dateTime(), { max: 500, describes: 'Occurrences that were dropped.' })),
    plannedUntil: derivedOptional(dateTime({ describes: 'Occurrences before this moment are in the agenda.' })),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['ENDED'], ENDED: [] },
    closedIn: ['ENDED'],
    frozenIn: ['ENDED'],
  },
  owner: ownedBy('owner'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'startsAt', on: 'Account.recurringActivities' },
    byOwner: { gsi: 2, sort: 'startsAt' },
    all: { gsi: 3, sort: 'startsAt' },
    byContact: link('contact', 'startsAt', 'Contact.recurringActivities'),
  },
  timeline: ['id', 'account'],
  check: (row) => timeZoneProblems(row.timeZone),
  title: ({ subject }) => subject,
  dueAt: ({ status, plannedUntil }) =>
    status === 'ACTIVE' && plannedUntil !== undefined
      ? new Date(Date.parse(plannedUntil) - (daysAhead - daysBetween) * dayLength).toISOString()
      : undefined,
  events: { continued: 'Its next occurrences were put into the agenda.' },
});

/** A series, as code sees it. */
export type RecurringActivityRow = Row<typeof RecurringActivity>;
