import {
  choice,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  list,
  longText,
  noOwner,
  optional,
  ref,
  text,
  url,
  type Row,
} from '#kernel';
import { accountProblems } from './channel-account.rules.ts';

/** Ways by which people write to us, mail apart. */
export const channelKinds = ['WHATSAPP', 'MESSENGER', 'INSTAGRAM', 'TELEGRAM', 'SMS', 'WEB_CHAT', 'GENERIC'] as const;
/** One of them. */
export type ChannelKind = (typeof channelKinds)[number];

/** What is kept secret of a channel account. */
export const secretNames = ['SIGNING', 'ACCESS', 'VERIFY'] as const;
/** One of them. */
export type SecretName = (typeof secretNames)[number];

/** A number, page or site of ours to which people write. */
export const ChannelAccount = entity('ChannelAccount', {
  idPrefix: 'cha',
  describes:
    'A number, page, bot or site of ours to which people write and from which they are answered, and who looks after what comes in there.',
  fields: {
    name: text({ max: 100, unique: true, search: 'words', describes: 'What people call it; no two alike.' }),
    kind: choice(channelKinds, {
      named: 'ChannelKind',
      describes:
        'By which way. GENERIC is any other program: it hands messages in at the hook and gets ours at `sendUrl`.',
    }),
    address: optional(
      text({
        max: 120,
        describes:
          'What the provider calls it: the number of SMS in E.164, the phone number id of WhatsApp, the id of a page.',
      }),
    ),
    sendUrl: optional(url({ describes: 'Where messages of a GENERIC account go; https.' })),
    origins: defaulted(
      list(text({ max: 200 }), {
        max: 50,
        describes:
          'Of WEB_CHAT: web sites that may show it within their pages: scheme, host and port, as https://www.example.com.',
      }),
      [],
    ),
    locale: defaulted(
      choice(['es', 'en'], {
        named: 'Locale',
        describes: 'The language of those who write there, where nothing else says.',
      }),
      'es',
    ),
    team: optional(ref('Team', { describes: 'Who looks after what comes in.' })),
    assignment: defaulted(
      choice(['NONE', 'ROUND_ROBIN', 'LEAST_BUSY'], {
        named: 'ConversationAssignment',
        describes:
          'Who of the team gets a new conversation: nobody, the next one in turn, or who has the fewest open ones. Absent people get none.',
      }),
      'ROUND_ROBIN',
    ),
    answerMinutes: optional(
      integer({ min: 1, max: 10_080, describes: 'Within how many working minutes people are to be answered.' }),
    ),
    calendar: optional(ref('WorkingCalendar', { describes: "In whose working time; the tenant's when not said." })),
    secrets: derived(
      list(choice(secretNames, { named: 'ChannelSecretName' }), {
        max: 3,
        describes: 'Which secrets are set. What they are, nobody reads.',
      }),
    ),
    lastAssigned: derivedOptional(ref('User', { describes: 'Who got the last conversation in turn.' })),
  },
  owner: noOwner,
  keys: {
    byTeam: { gsi: 1, of: 'team', sort: 'name', on: 'Team.channelAccounts' },
    byName: { gsi: 3, sort: 'name' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
  prepare: (_, before) => (before ? {} : { secrets: [] }),
  check: (after, before) => accountProblems(after, before),
  events: { secured: 'Its secrets were set anew.' },
});

/** An account, as code sees it. */
export type ChannelAccountRow = Row<typeof ChannelAccount>;

/** The secrets of an account, sealed; apart from it, so that no list and no event shows them. */
export const ChannelSecret = entity('ChannelSecret', {
  idPrefix: 'chs',
  describes: 'The secrets of a channel account, sealed for its tenant.',
  fields: {
    account: ref('ChannelAccount', { describes: 'Whose they are.' }),
    sealed: longText({ max: 20_000, sensitive: true, describes: 'What was sealed.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  internal: true,
  title: ({ account }) => account,
});
