import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  json,
  link,
  list,
  optional,
  parts,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { removedAt } from './removal.rules.ts';

/** What became of a step. */
export const decisionOutcomes = [
  'DONE',
  'PASSED',
  'WAITING',
  'RETRYING',
  'FAILED',
  'COMPENSATED',
  'ENDED',
  'RESUMED',
] as const;
/** What a waiting run waits for. */
export const waits = ['TIME', 'EVENT', 'APPROVAL', 'RETRY'] as const;
/** Decisions of one run: whoever goes in circles for longer is stopped. */
export const mostDecisions = 480;

const decisionFields = {
  step: text({ max: 40, describes: 'The key of the step.' }),
  kind: text({ max: 40, describes: 'What it does.' }),
  outcome: choice(decisionOutcomes, { named: 'WorkflowOutcome', describes: 'What became of it.' }),
  result: optional(text({ max: 200, describes: 'What came of it, which routes go by: APPROVED, TIMED_OUT.' })),
  to: optional(text({ max: 40, describes: 'The step that it led to.' })),
  attempt: integer({ min: 0, describes: 'Which try it was, from 1; 0 where nothing was tried.' }),
  input: optional(
    json({
      describes:
        'What it went by, all values in place; of a branch the number of its route from 0 (null: none applied), `when` of that, and the values that were judged.',
    }),
  ),
  output: optional(json({ describes: 'What it answered, for later steps: the id of a record that it made.' })),
  problem: optional(text({ max: 1000, describes: 'Why it failed.' })),
  at: dateTime({ describes: 'When.' }),
};
/** A decision of a run, with what it was based on. */
export type Decision = Values<typeof decisionFields>;

/** How far a forEach has come. */
export type Loop = { readonly step: string; readonly index: number; readonly items: readonly unknown[] };

/** One run of a workflow, on one record or none. */
export const WorkflowRun = entity('WorkflowRun', {
  idPrefix: 'wru',
  describes:
    'One run of a workflow: what started it, where it stands, what it waits for, and every decision with what it was based on.',
  fields: {
    workflow: ref('Workflow', { describes: 'Of which workflow.' }),
    revision: ref('WorkflowRevision', { describes: 'The plan that it goes by.' }),
    name: text({ max: 120, describes: 'What the workflow was called.' }),
    record: optional(ref('*', { describes: 'The record that it runs on.' })),
    cause: text({ max: 80, describes: 'The type of the event that started it; MANUAL, SCHEDULE or WEBHOOK.' }),
    causedBy: optional(text({ max: 80, describes: 'The id of the event, the moment or the call that started it.' })),
    trigger: optional(json<Readonly<Record<string, unknown>>>({ describes: 'What started it, as steps may use it.' })),
    depth: derived(integer({ min: 0, describes: 'How many runs lie before it in the chain of causes.' })),
    chain: derived(text({ max: 60, describes: 'What its events have in common with what caused it.' })),
    step: derivedOptional(text({ max: 40, describes: 'The key of the step at which it stands.' })),
    waitsFor: derivedOptional(choice(waits, { named: 'WorkflowWait', describes: 'WAITING: for what.' })),
    signal: derivedOptional(text({ max: 40, describes: 'What has ended its waiting, before it went on.' })),
    calling: derivedOptional(dateTime({ describes: 'Since when its step calls somebody outside.' })),
    since: derived(dateTime({ describes: 'When it came to its step.' })),
    wakesAt: derivedOptional(dateTime({ describes: 'When it goes on by itself, or is looked after.' })),
    looksBackAt: derivedOptional(
      dateTime({
        describes:
          'When it looks in the log for what it waits for: its workflow was published shortly before, and not known everywhere.',
      }),
    ),
    attempts: derived(integer({ min: 0, describes: 'Failed tries of its step.' })),
    loops: derived(json<readonly Loop[]>({ describes: 'How far its forEach steps have come, the innermost last.' })),
    undo: derived(
      list(text({ max: 60 }), {
        max: mostDecisions,
        describes: 'COMPENSATING: the steps that still take others back, with how many decisions those had seen.',
      }),
    ),
    problem: derivedOptional(text({ max: 1000, describes: 'Why it failed or was stopped.' })),
    code: derivedOptional(text({ max: 60, describes: 'The code of that problem.' })),
    endedAt: derivedOptional(dateTime({ describes: 'When it ended.' })),
    keptDays: derivedOptional(integer({ min: 1, describes: 'For how many days it is kept once it has ended.' })),
    lane: derivedOptional(
      text({ max: 80, unique: true, describes: 'The place on its record that it holds while it goes on.' }),
    ),
    decisions: parts('WorkflowDecision', decisionFields, { describes: 'What it decided, in order.' }),
  },
  states: {
    field: 'status',
    initial: 'RUNNING',
    moves: {
      QUEUED: ['RUNNING', 'CANCELLED'],
      RUNNING: ['WAITING', 'COMPENSATING', 'COMPLETED', 'FAILED', 'CANCELLED', 'QUEUED'],
      WAITING: ['RUNNING', 'COMPENSATING', 'COMPLETED', 'FAILED', 'CANCELLED'],
      COMPENSATING: ['FAILED', 'CANCELLED'],
      COMPLETED: [],
      FAILED: ['RUNNING'],
      CANCELLED: [],
    },
    closedIn: ['COMPLETED', 'FAILED', 'CANCELLED'],
    verbs: { RUNNING: 'resumed' },
  },
  owner: inheritsFrom('record'),
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true, shards: 4 },
    byWorkflow: link('workflow', 'createdAt', 'Workflow.runs'),
  },
  timeline: ['id', 'record'],
  title: ({ name }) => name,
  events: { advanced: 'It did a step, or came to another one.', queued: 'It waits for its turn on its record.' },
  // What is over has one thing to wait for: that it need not be kept any more.
  dueAt: (run) => removedAt(run) ?? run.wakesAt,
});

/** A run, as code sees it. */
export type RunRow = Row<typeof WorkflowRun>;
