import {
  boolean,
  choice,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  json,
  list,
  longText,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Filter,
  type Row,
  type Values,
} from '#kernel';
import { sequenceProblems } from './sequence.rules.ts';

/** In what a step's distance is counted. */
export const offsetUnits = ['WORKING_DAYS', 'WORKING_HOURS', 'WORKING_MINUTES', 'DAYS'] as const;
/** From where it is counted. */
export const offsetOrigins = ['PREVIOUS', 'START', 'FIELD'] as const;
/** Who does a step. */
export const doers = ['OWNER', 'PERSON', 'TEAM'] as const;
/** What leads along a branch. */
export const branchCauses = ['RESULT', 'DROPPED', 'OVERDUE'] as const;
/** What happens when the work of a step is late. */
export const overdueWays = ['TELL', 'SKIP', 'STOP'] as const;
/** Whether a record goes through a sequence again. */
export const reentries = ['ONCE', 'AGAIN'] as const;

const filter = (describes: string) => optional(json<Filter>({ describes }));
const stepKey = (describes: string) => text({ max: 40, pattern: /^[A-Z][A-Z0-9_]*$/, describes });

const offsetFields = {
  amount: integer({
    min: -3660,
    max: 3660,
    describes: 'How many; negative for what comes before a date field, in days alone.',
  }),
  unit: choice(offsetUnits, {
    named: 'OffsetUnit',
    describes:
      'Working time is that of the calendar; a day of DAYS on which nobody works gives way to one that is worked.',
  }),
  from: defaulted(
    choice(offsetOrigins, {
      named: 'OffsetOrigin',
      describes: 'The end of the step before, the start of the enrolment, or a date field of the record.',
    }),
    'PREVIOUS',
  ),
  field: optional(text({ max: 80, describes: 'FIELD: the date field of the record; `custom.<key>` for an own one.' })),
  at: optional(
    text({
      max: 5,
      pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
      describes: 'Of days: the time at which it begins, 09:30; else it is to be done in the course of the day.',
    }),
  ),
};
/** How far a step lies from something. */
export type Offset = Values<typeof offsetFields>;

const branchFields = {
  when: choice(branchCauses, { named: 'BranchCause', describes: 'What leads here.' }),
  results: defaulted(
    list(text(), {
      max: 20,
      describes: 'RESULT: the results, capitals or not; any that no other branch names when empty.',
    }),
    [],
  ),
  to: optional(stepKey('The step to go on with; the sequence ends when absent.')),
};
/** Where what came of a step leads. */
export type Branch = Values<typeof branchFields>;

const stepFields = {
  key: stepKey('Its name for programs, unique in the sequence.'),
  kind: defaulted(
    text({ max: 40, describes: 'ACTIVITY plans work. Modules add further kinds; `stepKinds` lists them.' }),
    'ACTIVITY',
  ),
  activityType: optional(ref('ActivityType', { describes: 'ACTIVITY: the kind of work.' })),
  subject: optional(
    text({ max: 150, describes: 'ACTIVITY: what is to be done. `{record}` stands for the name of the record.' }),
  ),
  notes: optional(longText({ max: 2000, describes: 'ACTIVITY: what to know.' })),
  offset: object('SequenceOffset', offsetFields, { describes: 'When it is due.' }),
  ahead: defaulted(
    boolean({
      describes:
        'ACTIVITY: planned as soon as the step before has ended, so that agendas show it; else when its time has come, which is when its condition is looked at.',
    }),
    true,
  ),
  doneBy: defaulted(
    choice(doers, { named: 'StepDoer', describes: 'The owner of the record, a person, or a team.' }),
    'OWNER',
  ),
  person: optional(ref('User', { describes: 'PERSON: who. Who has left gives way to the owner of the record.' })),
  team: optional(ref('Team', { describes: 'TEAM: which one.' })),
  condition: filter('The step is left out where this filter over the record does not hold.'),
  branches: defaulted(
    list(object('SequenceBranch', branchFields), {
      max: 20,
      describes: 'Where results lead; the next step where none applies.',
    }),
    [],
  ),
  overdue: defaulted(
    choice(overdueWays, {
      named: 'OverdueWay',
      describes:
        'When its work is late: its owner is told, it is dropped and the sequence goes on, or the sequence ends.',
    }),
    'TELL',
  ),
  overdueAfterHours: defaulted(
    integer({ min: 0, max: 1000, describes: 'After so many working hours beyond its time it is late.' }),
    0,
  ),
  settings: optional(json({ describes: 'What steps of a kind that a module adds go by.' })),
};
/** A step of a sequence. */
export type Step = Values<typeof stepFields>;

const signalFields = {
  on: text({
    max: 80,
    pattern: /^[a-z][A-Za-z0-9]*\.([a-z][A-Za-z0-9]*|\*)$/,
    describes:
      'The type of event, as `eventTypes` lists them: case.created, segmentMember.entered; opportunity.* for all of a kind.',
  }),
  where: filter(
    "Only where this filter over the event's record holds. With `.*` it is the moment in which it comes to hold that counts.",
  ),
  record: optional(
    text({
      max: 60,
      describes: "The field of the event's record that names whom it is about: account; itself when absent.",
    }),
  ),
};
/** Something that happens and starts or ends an enrolment. */
export type Signal = Values<typeof signalFields>;

const signals = (describes: string) =>
  defaulted(list(object('SequenceSignal', signalFields), { max: 20, describes }), []);

/** What an enrolment goes by from its beginning to its end. */
const plan = {
  calendar: optional(
    ref('WorkingCalendar', { describes: "Whose working time and days off count; the tenant's when absent." }),
  ),
  steps: list(object('SequenceStep', stepFields), { max: 50, describes: 'Its steps, in order.' }),
  goal: filter('It ends as reached when this filter over the record holds.'),
  ends: signals('It ends as reached when one of these happens: an opportunity is won.'),
  stopsOnReply: defaulted(boolean({ describes: 'It ends when the customer answers.' }), true),
};

/** A plan of work that records are taken through, step by step. */
export const Sequence = entity('Sequence', {
  idPrefix: 'seq',
  describes:
    'A plan of work that records are taken through: steps with their times, conditions and what follows from results. A changed plan counts for those who start from then on.',
  fields: {
    name: text({ max: 80, min: 1, unique: true, describes: 'Its name, unique.' }),
    note: optional(longText({ max: 2000, describes: 'What it is for.' })),
    of: text({ max: 60, describes: 'The kind of record that goes through it: Account, Contact, Opportunity, Case.' }),
    active: defaulted(boolean({ describes: 'Takes new records. Those in it go on either way.' }), true),
    starts: signals(
      'What enrols records by itself: an opportunity enters a stage, a case of a type is opened, a segment is entered.',
    ),
    reentry: defaulted(
      choice(reentries, {
        named: 'Reentry',
        describes: 'Whether who has been through may go again. Never twice at once.',
      }),
      'ONCE',
    ),
    reentryDays: defaulted(
      integer({ min: 1, max: 3650, describes: 'AGAIN: after so many days since the end of the last time.' }),
      1,
    ),
    ...plan,
    edition: derived(integer({ describes: 'How many plans it has had.' })),
    current: derivedOptional(ref('SequenceEdition', { describes: 'The plan of those who start now.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  timeline: ['id'],
  title: ({ name }) => name,
  check: (row) => sequenceProblems(row),
});

/** A plan of a sequence as it was at a time. It never changes, so that those who go by it can finish. */
export const SequenceEdition = entity('SequenceEdition', {
  idPrefix: 'sqe',
  describes: 'The plan of a sequence as it was from one change to the next. Who started with it goes on with it.',
  fields: {
    sequence: ref('Sequence', { describes: 'Of which sequence.' }),
    number: integer({ min: 1, describes: 'Counts the plans of the sequence.' }),
    of: text({ max: 60, describes: 'The kind of record that goes through it.' }),
    ...plan,
  },
  owner: noOwner,
  keys: {
    bySequence: { gsi: 1, of: 'sequence', sort: 'createdAt', on: 'Sequence.editions' },
    all: { gsi: 3, sort: 'createdAt' },
  },
  title: ({ number }) => String(number),
});

/** The names of the fields of a plan. */
export const planFields = Object.keys(plan) as readonly (keyof typeof plan)[];

/** A sequence, as code sees it. */
export type SequenceRow = Row<typeof Sequence>;
/** A plan of it. */
export type EditionRow = Row<typeof SequenceEdition>;
