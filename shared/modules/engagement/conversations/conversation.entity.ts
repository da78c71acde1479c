import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  email,
  entity,
  integer,
  optional,
  ownedBy,
  ref,
  tags,
  text,
  type Row,
} from '#kernel';
import { channelKinds } from '#modules/engagement/channels';
import { attentionAt, deskOf, peerKey } from './conversation.rules.ts';

const minutes = (describes: string) => derived(integer({ min: 0, describes }));

/** What is said with one person on one channel, however long it lasts. */
export const Conversation = entity('Conversation', {
  idPrefix: 'cnv',
  describes:
    'What is written with one person by one channel: one for each person and account of ours, opened anew when they write after it was closed.',
  fields: {
    channel: derived(choice(['EMAIL', ...channelKinds], { named: 'ConversationChannel', describes: 'By which way.' })),
    line: derivedOptional(ref('ChannelAccount', { describes: 'The account of ours; none where it is mail.' })),
    peer: derived(
      text({
        max: 200,
        search: 'digits',
        unique: peerKey,
        describes: 'Who it is with, as the channel knows them: a number, a scoped id, a visit of the site.',
      }),
    ),
    peerName: derivedOptional(text({ search: 'words', describes: 'What they call themselves.' })),
    claimedEmail: derivedOptional(
      email({ describes: 'The address that a visitor of the site gives as their own; nobody has proved it.' }),
    ),
    subject: optional(text({ max: 300, search: 'words', describes: 'What it is about, in words.' })),
    contact: optional(ref('Contact', { describes: 'Who that is.' })),
    account: optional(ref('Account', { describes: 'Whose.' })),
    about: optional(ref('*', { describes: 'The record that it is about: a case, an opportunity, an order.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'The language that they are answered in.' })),
    tags: optional(tags({ describes: 'Free labels.' })),
    owner: derivedOptional(ref('User', { describes: 'Who answers.' })),
    team: derivedOptional(ref('Team', { describes: 'The team that answers.' })),
    handler: derived(
      choice(['PEOPLE', 'BOT'], { named: 'ConversationHandler', describes: 'Whether the bot still speaks.' }),
    ),
    desk: derived(
      choice(['WAITING', 'ANSWERED'], {
        named: 'ConversationDesk',
        describes: 'WAITING: they wrote last and nobody has answered.',
      }),
    ),
    since: derived(dateTime({ describes: 'Since when it is so: since when they wait, or were answered.' })),
    waitingSince: derivedOptional(dateTime({ describes: 'Since when they wait for an answer.' })),
    answerBy: derivedOptional(dateTime({ describes: 'Until when they are to be answered, in working time.' })),
    lateAt: derivedOptional(dateTime({ describes: 'When that was missed.' })),
    snoozedUntil: derivedOptional(dateTime({ describes: 'Until when it was put off, unless they write before.' })),
    unread: derivedOptional(
      integer({ min: 0, describes: 'Messages of theirs that nobody of us has seen: marked as read, or answered.' }),
    ),
    answers: minutes('How often people answered them after they had waited; what the bot says does not count.'),
    firstAnswerMinutes: derivedOptional(
      integer({ min: 0, describes: 'How long they waited for the first answer since it was last opened.' }),
    ),
    waitedMinutes: minutes('How long they have waited, all together.'),
    longestWaitMinutes: minutes('How long they have waited at most.'),
    lastInboundAt: derivedOptional(dateTime({ describes: 'When they wrote last.' })),
    lastMessageAt: derived(dateTime({ describes: 'When something was last said by either.' })),
    preview: derivedOptional(text({ max: 120, describes: 'How the last message begins.' })),
    stoppedAt: derivedOptional(
      dateTime({
        describes: 'When they asked by STOP, BAJA or ALTO to be written to no more; ALTA or START takes it back.',
      }),
    ),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['CLOSED'], CLOSED: ['OPEN'] },
    closedIn: ['CLOSED'],
    verbs: { OPEN: 'reopened' },
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byContact: { gsi: 1, of: 'contact', sort: 'lastMessageAt', on: 'Contact.conversations' },
    byOwner: { gsi: 2, sort: 'lastMessageAt' },
    all: { gsi: 3, sort: 'lastMessageAt', shards: 4 },
    byDesk: { gsi: 4, of: 'desk', sort: 'since', shards: 4 },
    byAccount: { link: 'account', sort: 'lastMessageAt', on: 'Account.conversations' },
    byTeam: { link: 'team', sort: 'lastMessageAt', on: 'Team.conversations' },
  },
  defaults: ['update', 'archive', 'restore'],
  timeline: ['id', 'contact', 'account', 'about'],
  title: ({ subject, peerName, peer }) => subject ?? peerName ?? peer,
  prepare: (after, before) => deskOf(after, before),
  dueAt: (row) => attentionAt(row),
  events: {
    assigned: 'Somebody was given it to answer.',
    transferred: 'Somebody else answers from now on.',
    handedOver: 'The bot handed it to people.',
    answered: 'They waited and were answered.',
    missed: 'They were not answered in time.',
    snoozed: 'It was put off until later.',
    woken: 'It was put off until now.',
    stopped: 'They asked to be written to no more.',
    resumed: 'They asked to be written to again.',
  },
});

/** A conversation, as code sees it. */
export type ConversationRow = Row<typeof Conversation>;
