// What goes out to those who are invited: one mail each, with what their calendar programs read (iTIP, RFC 5546; iMIP, RFC 6047).
import { timingSafeEqual } from 'node:crypto';
import { DomainError, type Context } from '#kernel';
import { queueMail, senderAddress, threadAddress } from '#modules/platform/mail-out';
import { User } from '#modules/platform/users';
import { calendarOf, eventOf, zoneOf, type CalendarEvent, type Component } from './icalendar.rules.ts';
import { writeCalendar } from './icalendar.operations.ts';
import { zoneChanges } from './zone-changes.operations.ts';
import type { Attendee, InvitationRow } from './invitation.entity.ts';

/** The UID of an activity in calendars; it never changes. */
export const uidOf = ({ ports }: Context, id: string): string => `${id}@${ports.addresses.mailDomain()}`;

/** Where answers go: an address that only we can have made for this activity; what comes there is filed with it. */
export const replyAddress = async ({ ports, actor }: Context, activity: string): Promise<string> => {
  const secret = await ports.secrets.get('signing');
  return threadAddress(secret, { tenant: actor.tenant, record: activity }, ports.addresses.mailDomain());
};

/** Whether an address is the one that answers about this activity go to. */
export const isReplyAddress = async (context: Context, activity: string, address: string): Promise<boolean> => {
  const expected = Buffer.from(await replyAddress(context, activity));
  const given = Buffer.from(address.toLowerCase());
  return given.length === expected.length && timingSafeEqual(given, expected);
};

type Telling = {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly owner: string | undefined;
  readonly note?: string;
  /** Of a series: its clock, and its rule or the one occurrence that is meant. */
  readonly recurrence?: Pick<CalendarEvent, 'timeZone' | 'rule' | 'except' | 'occurrence'>;
};

/** What calendars know it by. */
const subjectOf = ({ series, activity }: InvitationRow): string => series ?? activity;

const yearLength = 366 * 86_400_000;

/** The clock of a series as calendars need it, for a year on. */
const zonesFor = async ({ startsAt }: InvitationRow, { recurrence }: Telling): Promise<readonly Component[]> => {
  if (recurrence?.timeZone === undefined) return [];
  const until = new Date(Date.parse(startsAt) + yearLength).toISOString();
  return [zoneOf(recurrence.timeZone, await zoneChanges(recurrence.timeZone, startsAt, until))];
};

/** Tells these of the people about the invitation as it is now. Addresses that are written to no more are passed over. */
export const tell = async (
  context: Context,
  invitation: InvitationRow,
  whom: readonly Attendee[],
  telling: Telling,
): Promise<void> => {
  const organizer = telling.owner === undefined ? undefined : await context.trusted(User).find(telling.owner);
  const name = organizer?.name ?? 'CRM';
  const replyTo = await replyAddress(context, subjectOf(invitation));
  const sentBy = senderAddress(context.ports.addresses.mailDomain());
  const zones = await zonesFor(invitation, telling);
  const event = { ...eventFor(context, invitation, telling), organizer: { name, email: replyTo, sentBy } };
  for (const attendee of whom) {
    // One who is uninvited must not see who still comes.
    const invitees = telling.method === 'CANCEL' ? [attendee] : invitation.attendees;
    const content = await writeCalendar(calendarOf(telling.method, [...zones, eventOf({ ...event, invitees })]));
    await send(context, invitation, attendee, { ...telling, name, replyTo, content });
  }
};

const eventFor = (
  context: Context,
  invitation: InvitationRow,
  { method, note, recurrence }: Telling,
): CalendarEvent => {
  const { sequence, subject, location, startsAt, endsAt } = invitation;
  return {
    uid: uidOf(context, subjectOf(invitation)),
    ...recurrence,
    stamp: context.clock.instant(),
    sequence,
    subject,
    startsAt,
    endsAt,
    status: method === 'CANCEL' ? 'CANCELLED' : 'CONFIRMED',
    ...(location !== undefined && { location }),
    ...(note !== undefined && { description: note }),
  };
};

type Message = Telling & { readonly name: string; readonly replyTo: string; readonly content: string };

const send = async (
  context: Context,
  invitation: InvitationRow,
  attendee: Attendee,
  message: Message,
): Promise<void> => {
  const { method, content, replyTo, name, note } = message;
  const { subject, location, startsAt, endsAt, sequence } = invitation;
  try {
    await queueMail(context, {
      to: [attendee.email],
      replyTo,
      template: method === 'CANCEL' ? 'invitation-cancelled' : 'invitation',
      data: { subject, location, startsAt, endsAt, organizer: name, note, isChange: sequence > 0 },
      record: subjectOf(invitation),
      calendar: { method, content },
    });
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'SUPPRESSED') throw error;
  }
};
