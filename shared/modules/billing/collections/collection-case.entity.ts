import {
  choice,
  date,
  dateTime,
  derived,
  derivedOptional,
  entity,
  integer,
  list,
  money,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';

/** Why a case was closed. */
export const closings = ['PAID', 'WRITTEN_OFF', 'DISPUTE_RESOLVED'] as const;

/** The work of collecting what an account owes. */
export const CollectionCase = entity('CollectionCase', {
  idPrefix: 'clc',
  describes:
    'The work of collecting what an account owes too late: who does it, what was said and promised, how far it has come. An account has one that is open.',
  fields: {
    account: ref('Account', { describes: 'Who owes.' }),
    owner: optional(ref('User', { describes: 'The collector.' })),
    team: optional(ref('Team', { describes: 'The team of collectors, while nobody of it has taken it.' })),
    openedOn: derived(date({ describes: 'When it was opened.' })),
    openFor: derivedOptional(
      text({ max: 40, unique: true, describes: 'The account, while it is open: an account has one.' }),
    ),
    overdue: derived(list(money(), { max: 20, describes: 'What is late, by currency, as it was counted last.' })),
    oldestDays: derived(integer({ min: 0, describes: 'How many days the oldest amount is late.' })),
    brokenPromises: derived(integer({ min: 0, describes: 'How many promises were broken.' })),
    priority: derived(
      integer({
        min: 0,
        describes: 'Which comes first: what is late x the weight of its age x (1 + broken promises).',
      }),
    ),
    level: derivedOptional(integer({ min: 0, max: 9, describes: 'The level of the last letter.' })),
    letterOn: derivedOptional(date({ describes: 'When the last letter was sent.' })),
    raisedTo: derivedOptional(
      integer({ min: 0, max: 9, describes: 'The level of the next letter at least, since a promise was broken.' }),
    ),
    nextActionAt: derivedOptional(dateTime({ describes: 'When something is to be done next.' })),
    closing: derivedOptional(choice(closings, { named: 'CollectionClosing', describes: 'Why it was closed.' })),
    closedOn: derivedOptional(date({ describes: 'When it was closed.' })),
    reason: derivedOptional(text({ max: 500, describes: 'What was said when it came to where it stands.' })),
  },
  states: {
    field: 'status',
    initial: 'NEW',
    moves: {
      NEW: ['IN_CONTACT', 'PROMISED', 'ESCALATED', 'PLAN', 'LEGAL', 'CLOSED'],
      IN_CONTACT: ['PROMISED', 'ESCALATED', 'PLAN', 'LEGAL', 'CLOSED'],
      PROMISED: ['IN_CONTACT', 'ESCALATED', 'PLAN', 'LEGAL', 'CLOSED'],
      ESCALATED: ['IN_CONTACT', 'PROMISED', 'PLAN', 'LEGAL', 'CLOSED'],
      PLAN: ['IN_CONTACT', 'ESCALATED', 'LEGAL', 'CLOSED'],
      LEGAL: ['PLAN', 'CLOSED'],
      CLOSED: [],
    },
    frozenIn: ['CLOSED'],
    closedIn: ['CLOSED'],
    verbs: { IN_CONTACT: 'contacted', PROMISED: 'promised', PLAN: 'planned', LEGAL: 'handedToLegal' },
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'openedOn', as: 'doc', openFirst: true, on: 'Account.collectionCases' },
    byOwner: { gsi: 2, sort: 'priority' },
    all: { gsi: 3, sort: 'openedOn' },
    byStatus: { gsi: 4, of: 'status', sort: 'priority' },
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ openedOn, status }) => `${openedOn} ${status}`,
  prepare: ({ account, status }) => ({ openFor: status === 'CLOSED' ? null : account }),
  events: {
    counted: 'What is late was counted anew.',
    worked: 'A collector did something, and planned what comes next.',
    dunned: 'A letter was sent.',
    assigned: 'Another collector works on it.',
  },
});

/** A case, as code sees it. */
export type CollectionCaseRow = Row<typeof CollectionCase>;
