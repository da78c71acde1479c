import {
  boolean,
  choice,
  defaulted,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  json,
  list,
  longText,
  noOwner,
  object,
  optional,
  phone,
  ref,
  text,
  type Row,
} from '#kernel';
import { botProblems } from './bot.rules.ts';

const wording = (describes: string) =>
  object(
    'BotWording',
    {
      es: optional(longText({ max: 1000, describes: 'In Spanish.' })),
      en: optional(longText({ max: 1000, describes: 'In English.' })),
    },
    { describes },
  );

const key = (describes: string) => text({ max: 40, pattern: /^[A-Za-z][\w-]*$/, describes });

const question = object(
  'BotQuestion',
  {
    key: key('What the answer is called.'),
    asks: wording('How it is asked.'),
    kind: choice(['TEXT', 'EMAIL', 'PHONE', 'NUMBER'], { named: 'BotAnswerKind', describes: 'What an answer is.' }),
  },
  { describes: 'Something that the bot asks people.' },
);

const rule = object(
  'BotRule',
  {
    intent: key('What people want who say so.'),
    words: list(text({ max: 80 }), {
      max: 50,
      describes: 'Words and phrases by which it is known, in any language; accents and capitals count for nothing.',
    }),
    says: optional(wording('What it is answered.')),
    asks: optional(list(text({ max: 40 }), { max: 10, describes: 'The keys of what is asked then, in order.' })),
    then: optional(wording('What is said once all was asked.')),
    handsOver: optional(boolean({ describes: 'Whether people go on from there.' })),
  },
  { describes: 'What the bot does when people want something.' },
);

/** What speaks first with those who write. */
export const Bot = entity('Bot', {
  idPrefix: 'bot',
  describes:
    'What speaks first with those who write: knows what they want by words, answers, asks what is needed and hands over to people.',
  fields: {
    name: text({ max: 100, unique: true, describes: 'What colleagues call it; no two alike.' }),
    lines: list(ref('ChannelAccount'), { max: 20, describes: 'The accounts on which it speaks first.' }),
    active: defaulted(boolean({ describes: 'Whether it speaks.' }), true),
    hours: defaulted(
      choice(['ALWAYS', 'OUTSIDE_HOURS'], {
        named: 'BotHours',
        describes: 'OUTSIDE_HOURS: it speaks first only while nobody works, by the calendar of the account.',
      }),
      'ALWAYS',
    ),
    greeting: optional(wording('What it says first.')),
    rules: list(rule, { max: 50, describes: 'What it knows.' }),
    questions: defaulted(list(question, { max: 30, describes: 'What it can ask.' }), []),
    fallback: optional(wording('What it says when it has not understood.')),
    farewell: optional(wording('What it says as it hands over to people.')),
    closedFarewell: optional(
      wording('What it says instead while nobody works: when people will answer. The farewell when not said.'),
    ),
    personWords: defaulted(
      list(text({ max: 40 }), { max: 20, describes: 'Words by which somebody asks for a person.' }),
      ['persona', 'agente', 'asesor', 'humano', 'person', 'agent', 'human'],
    ),
    mostMisses: defaulted(
      integer({ min: 0, max: 10, describes: 'How often in a row it may not understand before people go on.' }),
      2,
    ),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
  check: (bot) => botProblems(bot),
});

/** A bot, as code sees it. */
export type BotRow = Row<typeof Bot>;

/** Where a bot is with somebody. */
export const BotTalk = entity('BotTalk', {
  idPrefix: 'bta',
  describes: 'Where a bot is in a conversation: what they want, what was asked and answered.',
  fields: {
    conversation: derived(ref('Conversation', { describes: 'Which conversation.' })),
    bot: derived(ref('Bot', { describes: 'Which bot.' })),
    contact: derivedOptional(ref('Contact', { describes: 'With whom, where that is known.' })),
    peerName: derivedOptional(text({ max: 200, describes: 'What they call themselves.' })),
    phone: derivedOptional(phone({ describes: 'Their number, where the channel is one of numbers.' })),
    intent: derivedOptional(text({ max: 40, describes: 'What they want, as far as it is known.' })),
    asking: derivedOptional(text({ max: 40, describes: 'The key of what was asked last.' })),
    collected: derived(json<Readonly<Record<string, string>>>({ describes: 'What they answered, by key.' })),
    misses: derived(integer({ min: 0, describes: 'How often in a row it has not understood.' })),
    turns: derived(integer({ min: 0, describes: 'How often it has answered.' })),
  },
  states: {
    field: 'status',
    initial: 'TALKING',
    moves: { TALKING: ['HANDED_OVER'], HANDED_OVER: ['TALKING'] },
    closedIn: ['HANDED_OVER'],
    verbs: { TALKING: 'begunAnew' },
  },
  owner: inheritsFrom('conversation'),
  keys: {
    byConversation: { gsi: 1, of: 'conversation', sort: 'createdAt', on: 'Conversation.botTalks' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
  },
  title: ({ intent }) => intent ?? 'Bot',
});

/** A talk, as code sees it. */
export type BotTalkRow = Row<typeof BotTalk>;
