import {
  address,
  choice,
  customFields,
  date,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  email,
  entity,
  integer,
  list,
  longText,
  number,
  object,
  optional,
  ownedBy,
  phone,
  ref,
  tags,
  text,
  url,
  type Row,
  type Values,
} from '#kernel';
import { dueAt, leadProblems, withName } from './lead.rules.ts';

/** Grades of leads, the best first. */
export const grades = ['A', 'B', 'C', 'D'] as const;
/** What becomes of an offer to take a lead over. */
export const handOverStates = ['OFFERED', 'ACCEPTED', 'DECLINED', 'EXPIRED'] as const;
/** How a lead found its owner. */
export const assignmentWays = ['ROUND_ROBIN', 'LOAD', 'BY_ZONE', 'TEAM'] as const;

const signalFields = {
  signal: text({ max: 40, describes: 'What it did, by the name in the scoring rules: REPLY, MEETING.' }),
  at: dateTime({ describes: 'When.' }),
  note: optional(text({ describes: 'What to know of it.' })),
};
/** Something that a lead did. */
export type Signal = Values<typeof signalFields>;

const handOverFields = {
  state: choice(handOverStates, { named: 'HandOverState', describes: 'What became of it.' }),
  fromUser: optional(ref('User', { describes: 'Who had the lead.' })),
  fromTeam: optional(ref('Team', { describes: 'The team that had the lead.' })),
  toUser: optional(ref('User', { describes: 'Who is to take it over.' })),
  toTeam: optional(ref('Team', { describes: 'The team of which somebody is to take it over.' })),
  by: text({ max: 60, describes: 'The id of whoever offered it.' }),
  at: dateTime({ describes: 'When it was offered.' }),
  note: optional(text({ max: 500, describes: 'What was said with the offer.' })),
  answerBy: dateTime({ describes: 'Until when an answer is awaited; then it goes back.' }),
  answeredBy: optional(ref('User', { describes: 'Who answered.' })),
  answeredAt: optional(dateTime({ describes: 'When it was answered, or went back.' })),
  reason: optional(text({ max: 500, describes: 'Why it was declined.' })),
};
/** An offer to take a lead over, with its answer. */
export type HandOver = Values<typeof handOverFields>;

const word = (describes: string) => optional(text({ max: 80, describes }));

const who = {
  firstName: optional(text({ max: 100, search: 'words', describes: 'Given names of the person.' })),
  lastName: optional(text({ max: 100, search: 'words', describes: 'Family names of the person.' })),
  company: optional(text({ search: 'words', describes: 'Name of the company.' })),
  jobTitle: optional(text({ max: 120, describes: 'What the person does there.' })),
  email: optional(email({ search: 'words', describes: 'Where to write to.' })),
  phone: optional(phone({ search: 'digits', describes: 'Where to call.' })),
  website: optional(url({ describes: 'Its site.' })),
  taxId: optional(text({ max: 20, describes: 'Its tax number.' })),
  employees: optional(integer({ min: 0, describes: 'How many people work there.' })),
  address: optional(address({ describes: 'Where it is.' })),
  name: derived(text({ max: 400, describes: 'The person and the company.' })),
};

const origin = {
  sector: word('Its line of business, as in the list SECTOR.'),
  source: word('Where it came from, as in the list SOURCE.'),
  captureReason: word('Why it was captured, as in the list CAPTURE_REASON.'),
  campaign: optional(text({ describes: 'The campaign that brought it.' })),
  message: optional(longText({ describes: 'What it asked or said.' })),
  products: defaulted(list(ref('Product'), { max: 50, describes: 'The products that it asked about.' }), []),
  zone: derivedOptional(text({ max: 80, describes: 'The geographic zone that its address lies in.' })),
  ownZone: derivedOptional(text({ max: 80, describes: 'The zone of our own division that its address lies in.' })),
};

const scoring = {
  score: derived(integer({ describes: 'From 0 to 100: how well it fits, and what it did lately.' })),
  fit: derived(integer({ describes: 'How well it fits, from 0 to 50.' })),
  behaviour: derived(integer({ describes: 'What it did lately, from 0 to 50; it fades.' })),
  grade: derived(choice(grades, { named: 'LeadGrade', describes: 'What the score comes to.' })),
  breakdown: derived(
    list(
      object('ScorePart', {
        rule: text({ max: 100, describes: 'The rule: EMPLOYEES, FREE_MAIL, REPLY.' }),
        part: choice(['FIT', 'BEHAVIOUR'], { named: 'ScoreKind', describes: 'What it belongs to.' }),
        points: number({ describes: 'What it adds or takes, before fit and behaviour are cut at 0 and 50.' }),
      }),
      { max: 150, describes: 'How the score came about.' },
    ),
  ),
  signals: derived(list(object('LeadSignal', signalFields), { max: 100, describes: 'What it did, the latest last.' })),
  scoredAt: derived(dateTime({ describes: 'When it was scored last.' })),
  rescoreAt: derivedOptional(dateTime({ describes: 'When it is scored next, because what it did fades.' })),
};

const course = {
  assignment: derivedOptional(
    object(
      'LeadAssignment',
      {
        rule: ref('AssignmentRule', { describes: 'The rule.' }),
        how: choice(assignmentWays, { named: 'AssignmentWay', describes: 'How it chose.' }),
        at: dateTime({ describes: 'When.' }),
      },
      { describes: 'The rule that gave it to its owner.' },
    ),
  ),
  handOver: derivedOptional(object('HandOver', handOverFields, { describes: 'The last offer to take it over.' })),
  handOvers: derived(
    list(object('HandOver', handOverFields), { max: 50, describes: 'The offers before, oldest first.' }),
  ),
  qualifiedAt: derivedOptional(dateTime({ describes: 'When it was found worth the effort.' })),
  disqualifiedReason: derivedOptional(text({ max: 500, describes: 'Why it was put aside.' })),
  recycleOn: derivedOptional(date({ describes: 'When it is taken up again by itself.' })),
  recycled: derived(integer({ describes: 'How often it was taken up again.' })),
  convertedAt: derivedOptional(dateTime({ describes: 'When it was converted.' })),
  account: derivedOptional(ref('Account', { describes: 'The account that it became, or was found to be.' })),
  contact: derivedOptional(ref('Contact', { describes: 'The contact that it became, or was found to be.' })),
  opportunity: derivedOptional(ref('Opportunity', { describes: 'The opportunity that was opened with it.' })),
};

/** Somebody who has shown up and may become a customer. */
export const Lead = entity('Lead', {
  idPrefix: 'lea',
  describes:
    'Somebody who showed up and may become a customer: captured with source and reason, scored, assigned, handed over, and converted ' +
    'to account, contact and opportunity, or put aside.',
  fields: {
    ...who,
    ...origin,
    owner: optional(
      ref('User', { describes: 'Who works on it; chosen by the rules of assignment when nobody is named.' }),
    ),
    team: optional(ref('Team', { describes: 'The team that works on it.' })),
    tags: defaulted(tags({ describes: 'Free labels.' }), []),
    externalId: optional(text({ max: 100, unique: true, describes: 'Its id in another system, unique.' })),
    custom: customFields(),
    ...scoring,
    ...course,
  },
  states: {
    field: 'status',
    initial: 'NEW',
    moves: {
      NEW: ['WORKING', 'QUALIFIED', 'DISQUALIFIED', 'CONVERTED'],
      WORKING: ['QUALIFIED', 'DISQUALIFIED', 'CONVERTED'],
      QUALIFIED: ['DISQUALIFIED', 'CONVERTED'],
      DISQUALIFIED: ['NEW'],
      CONVERTED: [],
    },
    closedIn: ['DISQUALIFIED', 'CONVERTED'],
    verbs: { NEW: 'recycled', WORKING: 'started' },
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.leads' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
    byEmail: { gsi: 5, of: 'email' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id', 'account'],
  title: ({ name }) => name,
  events: {
    signalled: 'It did something that counts for its score.',
    scored: 'Its score changed by itself: what it did has faded, or the rules are others.',
    assigned: 'A rule gave it to somebody.',
    offered: 'Another team or person was asked to take it over.',
    handOverAccepted: 'It was taken over.',
    handOverDeclined: 'It was not taken over, and went back.',
    handOverExpired: 'Nobody answered in time; it went back.',
  },
  prepare: (after) => withName(after),
  check: (after) => leadProblems(after),
  dueAt: (row) => dueAt(row),
});

/** A lead, as code sees it. */
export type LeadRow = Row<typeof Lead>;
