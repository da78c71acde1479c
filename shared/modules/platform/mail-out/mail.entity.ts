import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  email,
  entity,
  integer,
  link,
  list,
  longText,
  object,
  optional,
  ownedBy,
  parts,
  ref,
  text,
  type Row,
} from '#kernel';
import { askedConsent, purposeField } from './consents.rules.ts';
import { dueOf } from './outgoing.rules.ts';

/** A Message-ID as headers have it (RFC 5322). */
const messageIdForm = /^<[^<>\s]+>$/;

/** The tag of a campaign: what the mail service takes as a tag. */
export const campaign = (describes: string) => text({ max: 60, pattern: /^[A-Za-z0-9_-]+$/, describes });

/** A picture within the text. */
export const mailImage = object('MailImage', {
  cid: text({ max: 60, pattern: /^[\w.@-]+$/, describes: 'The text names it as cid:<this>.' }),
  file: ref('File', { describes: 'The picture.' }),
});

/** A mail that was sent, with what became of it. */
export const Mail = entity('Mail', {
  idPrefix: 'mail',
  describes:
    'A mail that the product sends: who gets it, what it says, and what became of it. What stands in it never changes.',
  fields: {
    to: list(email({ describes: 'An address.' }), { max: 40, describes: 'Who gets it.' }),
    cc: defaulted(list(email({ describes: 'An address.' }), { max: 10, describes: 'Who gets a copy.' }), []),
    replyTo: optional(email({ describes: 'Where answers go.' })),
    thread: optional(ref('*', { describes: 'The conversation that it continues; answers are filed there.' })),
    answersHere: defaulted(
      boolean({
        describes: 'Answers come to the product, to an address that is made for this mail; else to `replyTo`.',
      }),
      false,
    ),
    inReplyTo: optional(text({ max: 400, pattern: messageIdForm, describes: 'The Message-ID of what it answers.' })),
    references: optional(
      list(text({ max: 400, pattern: messageIdForm }), {
        max: 20,
        describes: 'The Message-IDs of the conversation so far, the oldest first.',
      }),
    ),
    from: derived(text({ max: 300, describes: 'Who it comes from, as mail programs show it.' })),
    subject: text({ max: 500, describes: 'The subject.', search: 'words' }),
    locale: choice(['es', 'en'], { named: 'Locale', describes: 'Its language.' }),
    kind: defaulted(
      choice(['TRANSACTIONAL', 'MARKETING'], {
        named: 'MailKind',
        describes: 'MARKETING can be unsubscribed from, and is not sent to those who did.',
      }),
      'TRANSACTIONAL',
    ),
    purpose: optional(purposeField('Of MARKETING: what for, as consents name it; GENERAL when absent.')),
    consent: optional(askedConsent('Of MARKETING: whose word it goes by; GRANTED when absent.')),
    template: optional(text({ max: 60, describes: 'The key of the template that it was made of.' })),
    campaign: optional(campaign('The campaign that it belongs to.')),
    rule: optional(ref('*', { describes: 'The rule that sent it.' })),
    about: optional(ref('*', { describes: 'The record that it is about, on whose timeline it stands.' })),
    attachments: defaulted(
      list(ref('File'), { max: 20, describes: 'Files that go with it; what is too large for a mail goes as a link.' }),
      [],
    ),
    images: defaulted(list(mailImage, { max: 20, describes: 'Pictures shown within the text.' }), []),
    links: defaulted(
      list(
        object('MailLink', {
          name: text({ max: 40, describes: 'How the text names it.' }),
          purpose: text({ max: 40, describes: 'What its page is for.' }),
          record: text({ max: 60, describes: 'The id of the record that it is about.' }),
          until: dateTime({ describes: 'Until when it works.' }),
          nonce: optional(text({ max: 80, describes: 'What makes it one of several for the same record.' })),
        }),
        { max: 10, describes: 'Signed links in the text; they are signed as the mail leaves and kept nowhere.' },
      ),
      [],
    ),
    calendar: derivedOptional(
      object(
        'MailCalendar',
        {
          method: choice(['REQUEST', 'CANCEL'], { named: 'CalendarMethod', describes: 'An invitation, or its end.' }),
          content: longText({ max: 50_000, describes: 'The iCalendar object (RFC 5545).' }),
        },
        { describes: 'What calendar programs make of it.' },
      ),
    ),
    sendAt: optional(dateTime({ describes: 'Not before this moment.' })),
    owner: optional(ref('User', { describes: 'Who sends it; the owner of the record where nobody does.' })),
    body: parts(
      'MailBody',
      {
        format: choice(['HTML', 'TEXT'], { named: 'MailFormat', describes: 'How it is written.' }),
        content: longText({ max: 200_000, describes: 'What it says.' }),
      },
      { describes: 'Its text, in the forms that it is sent in.' },
    ),
    automatic: derivedOptional(
      boolean({ describes: 'Nobody asked for it just then: a rule, a workflow or another event wrote it.' }),
    ),
    bodyFile: derivedOptional(ref('File', { describes: 'The text in HTML, where it is too large to stand here.' })),
    messageId: derivedOptional(text({ max: 120, describes: 'Its id at the mail service; answers refer to it.' })),
    attempts: derived(integer({ min: 0, describes: 'How often it was handed to the mail service.' })),
    possibleDuplicate: derived(
      boolean({ describes: 'It was sent once more because nobody could tell whether it had gone out.' }),
    ),
    correlationId: derived(text({ max: 60, describes: 'What it was sent in the course of.' })),
    triedAt: derivedOptional(dateTime({ describes: 'When it was last handed to the mail service, or queued.' })),
    slotAt: derivedOptional(dateTime({ describes: 'When its turn is, where the tenant has a pace.' })),
    sentAt: derivedOptional(dateTime({ describes: 'When the mail service took it.' })),
    deliveredTo: derived(list(email(), { max: 50, describes: 'Whose mail server has taken it.' })),
    opens: derivedOptional(
      integer({ min: 0, describes: 'How often it was probably opened; some programs open every mail by themselves.' }),
    ),
    clicks: derivedOptional(integer({ min: 0, describes: 'How often a link in it was probably followed.' })),
    engagements: derivedOptional(
      list(
        object('MailEngagement', {
          kind: choice(['OPEN', 'CLICK'], { named: 'MailEngagementKind', describes: 'What was probably done.' }),
          at: dateTime({ describes: 'When.' }),
          link: optional(text({ max: 500, describes: 'Of a click: where to.' })),
        }),
        { max: 50, describes: 'The last times that it was opened or a link in it was followed. Of marketing only.' },
      ),
    ),
    problems: derived(
      list(
        object('MailProblem', {
          address: optional(email({ describes: 'Whose.' })),
          kind: choice(
            ['BOUNCE', 'SOFT_BOUNCE', 'COMPLAINT', 'REFUSAL', 'DELAY', 'FAILURE', 'SUPPRESSED', 'NO_CONSENT'],
            {
              named: 'MailProblemKind',
              describes:
                'What went wrong. SUPPRESSED and NO_CONSENT kept it back here; REFUSAL is of the mail service.',
            },
          ),
          at: dateTime({ describes: 'When.' }),
          detail: optional(text({ max: 500, describes: 'In the words of the mail server.' })),
        }),
        { max: 100, describes: 'What went wrong on its way.' },
      ),
    ),
  },
  states: {
    field: 'status',
    initial: 'QUEUED',
    moves: {
      QUEUED: ['SENDING', 'SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED', 'FAILED', 'REFUSED', 'CANCELLED'],
      SENDING: ['QUEUED', 'SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED', 'FAILED', 'REFUSED'],
      SENT: ['DELIVERED', 'BOUNCED', 'COMPLAINED', 'REFUSED'],
      DELIVERED: ['BOUNCED', 'COMPLAINED'],
      BOUNCED: ['COMPLAINED'],
      COMPLAINED: [],
      FAILED: ['QUEUED', 'SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED'],
      REFUSED: [],
      // The mail service may still tell of an attempt that nobody knew about.
      CANCELLED: ['SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED'],
    },
    closedIn: ['SENT', 'DELIVERED', 'COMPLAINED', 'REFUSED', 'CANCELLED'],
    verbs: { QUEUED: 'retried' },
  },
  owner: ownedBy('owner', undefined, 'about'),
  keys: {
    byRecord: { gsi: 1, of: 'about', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', shards: 4 },
    byMessageId: { gsi: 5, of: 'messageId' },
    byCampaign: link('campaign', 'createdAt'),
    byRule: link('rule', 'createdAt'),
    byThread: link('thread', 'createdAt'),
  },
  timeline: ['id', 'about'],
  title: ({ subject }) => subject,
  events: {
    announced: 'It was handed to the sender once more.',
    doubted: 'Nobody knows whether it went out; it is sent once more, marked as a possible duplicate.',
    postponed: 'It goes out later: its sending limit was reached.',
    rescheduled: 'It goes out at another time than before.',
    opened: 'It was probably opened.',
    clicked: 'A link in it was probably followed.',
  },
  dueAt: (row) => dueOf(row),
});

/** A mail, as code sees it. */
export type MailRow = Row<typeof Mail>;
