import {
  dateTime,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  longText,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';

const fetched = object('DocumentDownload', {
  file: ref('File', { describes: 'Which document.' }),
  at: dateTime({ describes: 'When.' }),
});

/** Documents that were sent to a contact by a link, and what the contact did with them. */
export const DocumentShare = entity('DocumentShare', {
  idPrefix: 'dsh',
  describes:
    'Documents sent to a contact by mail: the mail has a link to a page that shows them, and says here when they were seen and fetched.',
  fields: {
    contact: ref('Contact', { describes: 'Who they were sent to.' }),
    account: derivedOptional(ref('Account', { describes: 'The account of the contact.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The sale that they are for.' })),
    files: list(ref('File'), { max: 10, describes: 'The documents.' }),
    subject: text({ max: 200, describes: 'What the mail and the page are headed with.' }),
    message: optional(longText({ max: 5000, describes: 'What is said with them.' })),
    until: dateTime({ describes: 'Until when the link works.' }),
    mail: derived(ref('Mail', { describes: 'The mail that took the link there.' })),
    views: derived(
      integer({
        describes: 'How often the page was opened. Mail scanners open links, too; a download is a surer sign.',
      }),
    ),
    firstViewedAt: derivedOptional(dateTime({ describes: 'When it was opened first.' })),
    lastViewedAt: derivedOptional(dateTime({ describes: 'When it was opened last.' })),
    downloads: derived(list(fetched, { max: 100, describes: 'What was fetched, the latest hundred.' })),
    owner: optional(ref('User', { describes: 'Who sent them.' })),
  },
  states: {
    field: 'status',
    initial: 'SENT',
    moves: { SENT: ['VIEWED', 'REVOKED'], VIEWED: ['REVOKED'], REVOKED: [] },
    closedIn: ['REVOKED'],
  },
  owner: ownedBy('owner', undefined, 'contact'),
  keys: {
    byContact: { gsi: 1, of: 'contact', sort: 'createdAt', on: 'Contact.documentShares' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byAccount: link('account', 'createdAt'),
  },
  defaults: [],
  timeline: ['id', 'contact', 'account', 'opportunity'],
  title: ({ subject }) => subject,
  events: { downloaded: 'The contact fetched one of the documents.' },
});

/** What was sent, as code sees it. */
export type DocumentShareRow = Row<typeof DocumentShare>;
