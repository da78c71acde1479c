// What calendar programs make of invitations, and what they answer.

/** A calendar object with each property on one line. */
export const unfolded = (calendar: string): string => calendar.replaceAll(/\r?\n[ \t]/g, '');

/** A property of a calendar object, with its name. */
export const lineOf = (calendar: string, name: string): string =>
  new RegExp(`^${name}[^\r\n]*`, 'm').exec(unfolded(calendar))?.[0] ?? '';

/** What somebody answers. */
export type Answering = {
  readonly email: string;
  readonly partstat: string;
  /** DTSTAMP: `20261122T160000Z`. */
  readonly stamp?: string;
  readonly method?: 'REPLY' | 'COUNTER';
};

/** The mail that a calendar program sends to answer an invitation. */
export const replyTo = (
  calendar: string,
  { email, partstat, stamp = '20261122T160000Z', method = 'REPLY' }: Answering,
): string => {
  const kept = ['UID', 'SEQUENCE', 'DTSTART', 'ORGANIZER'].map((name) => lineOf(calendar, name));
  const event = [...kept, `DTSTAMP:${stamp}`, `ATTENDEE;PARTSTAT=${partstat}:mailto:${email}`, 'COMMENT:With pleasure'];
  const object = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Other//EN',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    ...event,
  ];
  const head = [
    `From: ${email}`,
    'Subject: Answer',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="b"',
  ];
  const type = `Content-Type: text/calendar; charset=UTF-8; method=${method}`;
  const encoded = Buffer.from([...object, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n')).toString('base64');
  const text = ['', '--b', 'Content-Type: text/plain', '', 'Yes', '--b'];
  return [...head, ...text, type, 'Content-Transfer-Encoding: base64', '', encoded, '--b--', ''].join('\r\n');
};
