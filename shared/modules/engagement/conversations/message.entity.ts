import {
  boolean,
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  link,
  list,
  longText,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { campaign, dueOf } from '#modules/platform/mail-out';
import { mailOf } from './message.rules.ts';

/** A form that WhatsApp has approved. */
export const messageTemplate = object(
  'MessageTemplate',
  {
    name: text({ max: 120, describes: 'Its name at the provider.' }),
    language: text({ max: 10, describes: 'Its language there: es, es_EC, en_US.' }),
    values: list(text({ max: 1000 }), { max: 20, describes: 'What stands in its gaps, in order.' }),
  },
  { describes: 'A form that the provider has approved; the only way to begin on WhatsApp.' },
);

const media = list(
  object('MessageMedia', {
    kind: text({ max: 40, describes: 'What it is: image, document, voice.' }),
    source: text({ max: 2000, describes: 'Where the provider had it: an id or an address there.' }),
    name: optional(text({ describes: 'What it is called.' })),
    type: optional(text({ max: 100, describes: 'Its media type, as the provider has it.' })),
    status: choice(['FETCHING', 'KEPT', 'GONE', 'REFUSED'], {
      named: 'MessageMediaStatus',
      describes:
        'KEPT: `file` is it. FETCHING: it is being fetched from the provider. GONE: the provider has it no longer, or never gave it. REFUSED: such files are not kept.',
    }),
    file: optional(ref('File', { describes: 'What was fetched.' })),
    problem: optional(text({ max: 300, describes: 'Why it is not had, or not yet.' })),
  }),
  { max: 20, describes: 'What came along, fetched from the provider, which keeps it for some days only.' },
);

/** One message of a conversation, or a note among colleagues within it. */
export const Message = entity('Message', {
  idPrefix: 'msg',
  describes: 'A message of a conversation, in or out, with what became of it; or a note that only colleagues see.',
  fields: {
    conversation: derived(ref('Conversation', { describes: 'Within which.' })),
    direction: derived(
      choice(['INBOUND', 'OUTBOUND', 'NOTE'], {
        named: 'MessageDirection',
        describes: 'From them, to them, or a note that they never see.',
      }),
    ),
    sentBy: derived(
      choice(['CUSTOMER', 'PERSON', 'BOT', 'SYSTEM'], { named: 'MessageSender', describes: 'Who says it.' }),
    ),
    author: derivedOptional(ref('User', { describes: 'Which of us.' })),
    kind: derived(
      choice(['TRANSACTIONAL', 'MARKETING'], {
        named: 'MessageKind',
        describes: 'MARKETING goes only to those who have allowed it for the channel.',
      }),
    ),
    text: derived(longText({ max: 20_000, describes: 'What it says.' })),
    template: derivedOptional(messageTemplate),
    media: derived(media),
    mediaTries: derivedOptional(integer({ min: 0, describes: 'How often fetching what came along was begun.' })),
    mediaAt: derivedOptional(dateTime({ describes: 'When it is tried once more, unless all has come by then.' })),
    file: derivedOptional(ref('File', { describes: 'A file that goes with it.' })),
    mentions: derived(list(ref('User'), { max: 20, describes: 'Colleagues whom a note is for.' })),
    contact: derivedOptional(ref('Contact', { describes: 'Who it is with.' })),
    account: derivedOptional(ref('Account', { describes: 'Whose.' })),
    about: derivedOptional(ref('*', { describes: 'The record that it is about.' })),
    providerId: derivedOptional(
      text({ max: 400, unique: true, describes: 'Its id at the provider, after the account; nothing comes in twice.' }),
    ),
    status: derived(
      choice(['RECEIVED', 'NOTED', 'QUEUED', 'SENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'REFUSED'], {
        named: 'MessageStatus',
        describes: 'What became of it.',
      }),
    ),
    waitedMinutes: derivedOptional(
      integer({ min: 0, describes: 'How long they had waited for it, where it is an answer.' }),
    ),
    waitedSince: derivedOptional(
      dateTime({
        describes: 'Since when they had waited, where it ended that; they wait since then again if it fails.',
      }),
    ),
    campaign: derivedOptional(campaign('The campaign that it belongs to.')),
    smsEncoding: derivedOptional(
      choice(['GSM_7', 'UCS_2'], {
        named: 'SmsEncoding',
        describes:
          'Of SMS: UCS_2 where one sign is none of the alphabet of phones, as á or an emoji; then a part holds 70.',
      }),
    ),
    smsParts: derivedOptional(
      integer({ min: 1, describes: 'Of SMS: the parts that carriers charge, without the link to a file.' }),
    ),
    isConfirmation: derivedOptional(
      boolean({ describes: 'It says that they are written to no more, or again: the one thing that still goes out.' }),
    ),
    sendAt: derivedOptional(dateTime({ describes: 'Not before this moment.' })),
    slotAt: derivedOptional(dateTime({ describes: 'When its turn is, where the tenant has a pace.' })),
    attempts: derived(
      integer({ min: 0, describes: 'How often it was handed to the provider since somebody last asked for it.' }),
    ),
    triedAt: derivedOptional(dateTime({ describes: 'When it was last handed over, or queued.' })),
    sentAt: derivedOptional(dateTime({ describes: 'When the provider took it.' })),
    possibleDuplicate: derived(
      boolean({ describes: 'It was sent once more because nobody could tell whether it had gone out.' }),
    ),
    problem: derivedOptional(
      text({ max: 500, describes: 'Why it did not go out; of one that came in, what of it is not here.' }),
    ),
  },
  owner: inheritsFrom('conversation'),
  keys: {
    byConversation: { gsi: 1, of: 'conversation', sort: 'createdAt', on: 'Conversation.messages' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', shards: 4 },
    byCampaign: link('campaign', 'createdAt'),
  },
  timeline: ['conversation', 'contact', 'account', 'about'],
  title: ({ text: said, template }) => (said || (template?.name ?? '…')).slice(0, 120),
  isOpen: ({ status }) => status === 'QUEUED' || status === 'SENDING' || status === 'FAILED',
  dueAt: (row) => (row.direction === 'INBOUND' ? row.mediaAt : mailOf(row) === undefined ? dueOf(row) : undefined),
  events: {
    received: 'Somebody wrote to us.',
    mediaFetched: 'What came along has been fetched, or cannot be had.',
    noted: 'A colleague left a note.',
    queued: 'It is to leave.',
    taken: 'It is being handed to the provider.',
    sent: 'The provider has taken it.',
    delivered: 'It has reached their device.',
    read: 'They have read it.',
    failed: 'It could not be sent, or did not arrive.',
    refused: 'The provider will not send it.',
    cancelled: 'Somebody kept it back.',
    postponed: 'It goes out later: it was sent too fast.',
    announced: 'It was handed to the sender once more.',
    doubted: 'Nobody knows whether it went out; it is sent once more, marked as a possible duplicate.',
    retried: 'Somebody sends it once more.',
  },
});

/** A message, as code sees it. */
export type MessageRow = Row<typeof Message>;
