import {
  boolean,
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  link,
  list,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';

/** What became of a step. */
export const stepOutcomes = ['DONE', 'DROPPED', 'OVERDUE', 'SKIPPED'] as const;
/** Why an enrolment ended. */
export const endReasons = ['STEPS', 'BRANCH', 'GOAL', 'REPLY', 'HAND', 'ARCHIVED', 'OVERDUE'] as const;
/** The steps that one enrolment remembers: whoever goes in circles for longer is stopped. */
export const mostVisits = 200;

const visitFields = {
  step: text({ max: 40, describes: 'The key of the step.' }),
  outcome: choice(stepOutcomes, { named: 'StepOutcome', describes: 'What became of it.' }),
  result: optional(text({ describes: 'The result of its work.' })),
  activity: optional(ref('Activity', { describes: 'Its work.' })),
  at: dateTime({ describes: 'When.' }),
};
/** A step that an enrolment has behind it. */
export type StepVisit = Values<typeof visitFields>;

/** A record on its way through a sequence. */
export const Enrolment = entity('Enrolment', {
  idPrefix: 'enr',
  describes:
    'A record on its way through a sequence: where it stands, what lies behind it, why it ended. At any time a record is in a sequence once at most.',
  fields: {
    sequence: ref('Sequence', { describes: 'Which sequence.' }),
    edition: derived(ref('SequenceEdition', { describes: 'The plan that it goes by.' })),
    record: ref('*', { describes: 'The record that goes through it.' }),
    account: derivedOptional(ref('Account', { describes: 'The account of the record.' })),
    contact: derivedOptional(ref('Contact', { describes: 'The contact of the record.' })),
    opportunity: derivedOptional(ref('Opportunity', { describes: 'The opportunity of the record.' })),
    owner: optional(ref('User', { describes: 'Whose it is: that of the record.' })),
    team: optional(ref('Team', { describes: 'The team of the record.' })),
    name: derived(text({ max: 200, describes: 'What it is called: the sequence and the record.' })),
    cause: derived(text({ max: 80, describes: 'HAND, or the type of the event that started it.' })),
    step: derivedOptional(text({ max: 40, describes: 'The key of the step that it stands at.' })),
    place: derivedOptional(text({ max: 80, describes: '`<sequence id>/<step>`: all that stand at a step.' })),
    stepAt: derivedOptional(dateTime({ describes: 'When the step is due.' })),
    since: derived(dateTime({ describes: 'When the step before ended.' })),
    activity: derivedOptional(ref('Activity', { describes: 'The planned work of the step; absent while it waits.' })),
    wakesAt: derivedOptional(dateTime({ describes: 'When it goes on by itself, or its work is late.' })),
    isOverdue: derived(boolean({ describes: 'The work of its step is late.' })),
    visits: derived(
      list(object('StepVisit', visitFields), { max: mostVisits, describes: 'The steps behind it, in order.' }),
    ),
    problem: derivedOptional(text({ describes: 'Why it was paused by itself.' })),
    endedAt: derivedOptional(dateTime({ describes: 'When it ended.' })),
    endReason: derivedOptional(choice(endReasons, { named: 'EnrolmentEnd', describes: 'Why it ended.' })),
    holds: derivedOptional(text({ max: 80, unique: true, describes: 'The place in the sequence that it occupies.' })),
  },
  states: {
    field: 'status',
    initial: 'RUNNING',
    moves: {
      RUNNING: ['PAUSED', 'COMPLETED', 'STOPPED'],
      PAUSED: ['RUNNING', 'STOPPED'],
      COMPLETED: [],
      STOPPED: [],
    },
    closedIn: ['COMPLETED', 'STOPPED'],
    verbs: { RUNNING: 'resumed' },
  },
  owner: ownedBy('owner', 'team', 'record'),
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'createdAt', openFirst: true },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byPlace: { gsi: 4, of: 'place', sort: 'stepAt' },
    bySequence: link('sequence', 'createdAt', 'Sequence.enrolments'),
    byAccount: link('account', 'createdAt', 'Account.enrolments'),
    byContact: link('contact', 'createdAt', 'Contact.enrolments'),
    byOpportunity: link('opportunity', 'createdAt', 'Opportunity.enrolments'),
  },
  timeline: ['id', 'record', 'account', 'contact', 'opportunity'],
  title: ({ name }) => name,
  events: {
    advanced: 'It came to another step.',
    becameOverdue: 'The work of its step is late.',
    retimed: 'The work of its step, or the date that it goes by, was put to another time.',
  },
  dueAt: ({ status, wakesAt }) => (status === 'RUNNING' ? wakesAt : undefined),
});

/** An enrolment, as code sees it. */
export type EnrolmentRow = Row<typeof Enrolment>;
/** Why one ended. */
export type EndReason = NonNullable<EnrolmentRow['endReason']>;
