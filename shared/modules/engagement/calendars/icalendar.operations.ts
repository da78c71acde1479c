// Writing and reading calendar objects with ical.js, loaded at first use: most calls need none.
import type { Component } from './icalendar.rules.ts';

/** It folds after so many octets and does not count the space that a folded line begins with; RFC 5545 allows 75 in all. */
const foldLength = 74;

const library = async () => {
  const { default: ical } = await import('ical.js');
  ical.foldLength = foldLength;
  return ical;
};

/** A calendar as text: CRLF, folded at 75 octets. */
export const writeCalendar = async (calendar: Component): Promise<string> => {
  const ical = await library();
  return `${ical.stringify(calendar as unknown as unknown[]).trimEnd()}\r\n`;
};

/** A rule as jCal writes it. */
export const ruleData = async (rule: string): Promise<unknown> => (await library()).Recur.fromString(rule).toJSON();

/** What an answer to an invitation says: one person's word on one event. */
export type Reply = {
  readonly method: string;
  readonly uid: string;
  readonly sequence: number;
  readonly stamp: string;
  readonly organizer: string;
  readonly answers: readonly { readonly email: string; readonly status: string; readonly comment?: string }[];
};

/** The answer that a calendar object holds; undefined when it is none. */
export const readReply = async (text: string): Promise<Reply | undefined> => {
  const ical = await library();
  try {
    const calendar = new ical.Component(ical.parse(text) as never);
    const event = calendar.getFirstSubcomponent('vevent');
    const method = calendar.getFirstPropertyValue('method');
    if (!event || typeof method !== 'string') return undefined;
    const stamp = event.getFirstPropertyValue('dtstamp');
    const comment = event.getFirstPropertyValue('comment');
    return {
      method: method.toUpperCase(),
      uid: String(event.getFirstPropertyValue('uid') ?? ''),
      sequence: Number(event.getFirstPropertyValue('sequence') ?? 0),
      stamp: stamp instanceof ical.Time ? stamp.toJSDate().toISOString() : '',
      organizer: addressOf(event.getFirstPropertyValue('organizer')),
      answers: event.getAllProperties('attendee').map((attendee) => ({
        email: addressOf(attendee.getFirstValue()),
        status: attendee.getFirstParameter('partstat').toUpperCase(),
        ...(typeof comment === 'string' && { comment: comment.slice(0, 500) }),
      })),
    };
  } catch {
    return undefined;
  }
};

const addressOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
        .replace(/^mailto:/i, '')
        .trim()
        .toLowerCase()
    : '';

/** The calendar objects in a mail. */
export const calendarsIn = async (mime: string): Promise<readonly string[]> => {
  const { default: PostalMime } = await import('postal-mime');
  const { attachments } = await PostalMime.parse(mime, { attachmentEncoding: 'utf8' });
  return attachments
    .filter(({ mimeType }) => mimeType === 'text/calendar' || mimeType === 'application/ics')
    .map(({ content }) =>
      typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString('utf8'),
    );
};
