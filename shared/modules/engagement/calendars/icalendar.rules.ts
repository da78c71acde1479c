// Calendar objects (RFC 5545) as jCal data (RFC 7265): what stands in them. Folding, escaping and line ends are the library's.
import { wallTimeOf } from '#modules/platform/settings';

/** A property as jCal writes it: name, parameters, type, values. */
export type Property = readonly [
  name: string,
  parameters: Readonly<Record<string, string>>,
  type: string,
  ...values: unknown[],
];
/** A component as jCal writes it. */
export type Component = readonly [name: string, properties: readonly Property[], components: readonly Component[]];

/** Somebody who is invited. */
export type Invitee = { readonly email: string; readonly name?: string; readonly status: string };

/** Who invites: where answers go, and the address that sends for it, which mail programs compare with the sender. */
export type Organizer = { readonly email: string; readonly name: string; readonly sentBy: string };

/** An event of a calendar. */
export type CalendarEvent = {
  readonly uid: string;
  readonly stamp: string;
  readonly sequence: number;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly subject: string;
  readonly location?: string;
  readonly description?: string;
  readonly url?: string;
  readonly status: 'CONFIRMED' | 'TENTATIVE' | 'CANCELLED';
  /** Times on the clock of this zone, for what comes again; else UTC. */
  readonly timeZone?: string;
  /** A rule as jCal writes it. */
  readonly rule?: unknown;
  readonly except?: readonly string[];
  /** The occurrence of a series that it stands for. */
  readonly occurrence?: string;
  readonly organizer?: Organizer;
  readonly invitees?: readonly Invitee[];
};

const product = '-//Lazo//CRM//EN';

/** A calendar with its events. REQUEST and CANCEL are invitations (RFC 5546), PUBLISH is a feed. */
export const calendarOf = (
  method: 'REQUEST' | 'CANCEL' | 'PUBLISH',
  components: readonly Component[],
  more: readonly Property[] = [],
): Component => [
  'vcalendar',
  [
    ['version', {}, 'text', '2.0'],
    ['prodid', {}, 'text', product],
    ['calscale', {}, 'text', 'GREGORIAN'],
    ['method', {}, 'text', method],
    ...more,
  ],
  components,
];

/** What calendar programs read of a feed: its name, and to come back hourly. */
export const feedProperties = (name: string): readonly Property[] => [
  ['name', {}, 'text', name],
  ['x-wr-calname', {}, 'unknown', name],
  ['refresh-interval', {}, 'duration', 'PT1H'],
  ['x-published-ttl', {}, 'unknown', 'PT1H'],
];

/** An event as a component. */
export const eventOf = (event: CalendarEvent): Component => [
  'vevent',
  [
    ['uid', {}, 'text', event.uid],
    ['dtstamp', {}, 'date-time', utc(event.stamp)],
    ['sequence', {}, 'integer', event.sequence],
    moment('dtstart', event.startsAt, event.timeZone),
    moment('dtend', event.endsAt, event.timeZone),
    ...(event.occurrence === undefined ? [] : [moment('recurrence-id', event.occurrence, event.timeZone)]),
    ...(event.rule === undefined ? [] : [['rrule', {}, 'recur', event.rule] as const]),
    ...(event.except ?? []).map((at) => moment('exdate', at, event.timeZone)),
    ['summary', {}, 'text', event.subject],
    ...text('location', event.location),
    ...text('description', event.description),
    ...(event.url === undefined ? [] : [['url', {}, 'uri', event.url] as const]),
    ['status', {}, 'text', event.status],
    ['transp', {}, 'text', event.status === 'CANCELLED' ? 'TRANSPARENT' : 'OPAQUE'],
    ...(event.organizer ? [organizerOf(event.organizer)] : []),
    ...(event.invitees ?? []).map(attendee),
  ],
  [],
];

const text = (name: string, value: string | undefined): readonly Property[] =>
  value === undefined ? [] : [[name, {}, 'text', value]];

const organizerOf = ({ email, name, sentBy }: Organizer): Property => [
  'organizer',
  { cn: name, 'sent-by': `mailto:${sentBy}` },
  'cal-address',
  `mailto:${email}`,
];

const attendee = ({ email, name, status }: Invitee): Property => [
  'attendee',
  {
    cutype: 'INDIVIDUAL',
    role: 'REQ-PARTICIPANT',
    partstat: status.replace('_', '-'),
    rsvp: 'TRUE',
    cn: name ?? email,
  },
  'cal-address',
  `mailto:${email}`,
];

const utc = (instant: string): string => `${instant.slice(0, 19)}Z`;

const moment = (name: string, instant: string, timeZone: string | undefined): Property =>
  timeZone === undefined
    ? [name, {}, 'date-time', utc(instant)]
    : [name, { tzid: timeZone }, 'date-time', wallText(instant, timeZone)];

const wallText = (instant: string, timeZone: string): string => {
  const { day, minute } = wallTimeOf(Date.parse(instant), timeZone);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:${instant.slice(17, 19)}`;
};

type Change = { readonly at: string; readonly before: string; readonly after: string; readonly isSummer: boolean };

/** A time zone as a component: each change of its clocks by its date, since rules of zones change. */
export const zoneOf = (
  timeZone: string,
  { first, changes }: { readonly first: string; readonly changes: readonly Change[] },
): Component => [
  'vtimezone',
  [['tzid', {}, 'text', timeZone]],
  [
    observance('standard', '1970-01-01T00:00:00', first, first),
    ...changes.map(({ at, before, after, isSummer }) =>
      observance(isSummer ? 'daylight' : 'standard', shifted(at, before), before, after),
    ),
  ],
];

/** The first of all stands for the time before the changes that are known. */
const observance = (name: string, start: string, before: string, after: string): Component => [
  name,
  [
    ['dtstart', {}, 'date-time', start],
    ['tzoffsetfrom', {}, 'utc-offset', before],
    ['tzoffsetto', {}, 'utc-offset', after],
  ],
  [],
];

/** The clock on the wall at an offset. */
const shifted = (instant: string, offset: string): string => {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  const ahead = (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return new Date(Date.parse(instant) + ahead).toISOString().slice(0, 19);
};
