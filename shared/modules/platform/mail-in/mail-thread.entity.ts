import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';

/** One conversation by mail. */
export const MailThread = entity('MailThread', {
  idPrefix: 'mthr',
  describes:
    'One conversation by mail: what customers wrote, what was answered, the record that it is about, and since when somebody waits for an answer.',
  fields: {
    subject: derived(text({ max: 500, search: 'words', describes: 'What it is about, without Re and Fwd.' })),
    participants: derived(
      list(text({ max: 320 }), {
        max: 50,
        describes: 'The addresses outside that take part, those of the tenant apart.',
      }),
    ),
    record: derivedOptional(ref('*', { describes: 'The lead, opportunity, case or other record that it belongs to.' })),
    contact: derivedOptional(ref('*', { describes: 'The contact one writes with.' })),
    account: derivedOptional(ref('*', { describes: 'The account one writes with.' })),
    address: derivedOptional(ref('MailAddress', { describes: 'The address at which it began.' })),
    owner: derivedOptional(ref('User', { describes: 'Who looks after it.' })),
    team: derivedOptional(ref('Team', { describes: 'The team that looks after it.' })),
    standing: derived(
      choice(['WAITING', 'ANSWERED'], {
        named: 'MailStanding',
        describes: 'WAITING while somebody outside waits for an answer.',
      }),
    ),
    waitingSince: derivedOptional(dateTime({ describes: 'Since when somebody waits for an answer.' })),
    firstAnswerMinutes: derivedOptional(
      integer({ min: 0, describes: 'How long the first answer took, in minutes by the clock.' }),
    ),
    firstMailAt: derived(dateTime({ describes: 'When the first mail came or went.' })),
    lastMailAt: derived(dateTime({ describes: 'When the last mail came or went.' })),
    received: derived(integer({ min: 0, describes: 'How many mails came in.' })),
    sent: derived(integer({ min: 0, describes: 'How many mails went out.' })),
    lastMessageId: derivedOptional(text({ max: 500, describes: 'The Message-ID that an answer refers to.' })),
    recent: derived(
      list(dateTime(), {
        max: 20,
        describes: 'When the latest mails came in; robots that answer each other show here.',
      }),
    ),
  },
  owner: ownedBy('owner', 'team', 'record'),
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'lastMailAt' },
    byOwner: { gsi: 2, sort: 'lastMailAt' },
    all: { gsi: 3, sort: 'lastMailAt' },
    byStanding: { gsi: 4, of: 'standing', sort: 'lastMailAt', keepsClosed: true },
    byContact: link('contact', 'lastMailAt'),
    byAccount: link('account', 'lastMailAt'),
  },
  timeline: ['id'],
  title: ({ subject }) => subject,
  events: { continued: 'Another mail came in.', answered: 'A mail went out to those who take part.' },
});

/** A conversation, as code sees it. */
export type MailThreadRow = Row<typeof MailThread>;
