// What a simulation has to say: the fields of its report, and how they are collected.
import { boolean, choice, dateTime, integer, json, list, object, optional, ref, text, type Values } from '#kernel';
import { decisionOutcomes } from './workflow-run.entity.ts';

/** What a simulated run would have come to. */
export const simulatedStates = ['RUNNING', 'WAITING', 'COMPENSATING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
/** What becomes of what would start a run. */
export const startFates = ['STARTED', 'SKIPPED', 'QUEUED', 'RESTARTED', 'LIMIT', 'LOOP'] as const;

const run = integer({ min: 1, describes: 'The number of the run in this report.' });
const step = text({ max: 40, describes: 'The key of the step.' });
const at = dateTime({ describes: 'When.' });

const matchFields = {
  event: text({ max: 80, describes: 'The id of the event, or the moment of the timetable.' }),
  type: text({ max: 80, describes: 'Its type; SCHEDULE for a moment of the timetable.' }),
  at,
  record: optional(text({ max: 80, describes: 'The id of the record on which it would run.' })),
  fate: choice(startFates, {
    named: 'SimulatedStart',
    describes: 'Whether it would have started a run, and why not.',
  }),
  run: optional(run),
};
const effectFields = {
  at,
  run,
  step,
  kind: text({ max: 40, describes: 'The kind of the step.' }),
  record: optional(text({ max: 80, describes: 'The id of the record of the run.' })),
  input: json({ describes: 'What it would have gone by, all values in place.' }),
  problem: optional(text({ max: 1000, describes: 'Why it could not have been done.' })),
};
const decisionFields = {
  step,
  outcome: choice(decisionOutcomes, { named: 'WorkflowOutcome', describes: 'What became of it.' }),
  result: optional(text({ max: 200, describes: 'What came of it.' })),
  input: optional(
    json({
      describes: 'What a branch went by: its route, from 0, null where none applied, and the values that were judged.',
    }),
  ),
  to: optional(text({ max: 40, describes: 'The step that it led to.' })),
  problem: optional(text({ max: 1000, describes: 'Why it failed.' })),
  at,
};
const runFields = {
  number: run,
  record: optional(text({ max: 80, describes: 'The id of its record.' })),
  cause: text({ max: 80, describes: 'What started it.' }),
  startedAt: at,
  endedAt: optional(dateTime({ describes: 'When it ended.' })),
  status: choice(simulatedStates, {
    named: 'SimulatedRunStatus',
    describes: 'Where it stood at the end of the period.',
  }),
  step: text({ max: 40, describes: 'The step at which it stood then; END when none was left.' }),
  problem: optional(text({ max: 1000, describes: 'Why it failed.' })),
  decisions: list(object('SimulatedDecision', decisionFields), { max: 480, describes: 'What it decided, in order.' }),
};
const loopFields = {
  step,
  type: text({ max: 80, describes: 'The event by which the step would start the workflow again.' }),
  isCertain: boolean({ describes: 'Whether it would; else it depends on what the operation does.' }),
  times: integer({ min: 1, describes: 'In how many runs.' }),
};
const countFields = {
  events: integer({ describes: 'Events of the period that were read.' }),
  matched: integer({ describes: 'Events that match the trigger.' }),
  started: integer({ describes: 'Runs that would have started.' }),
  completed: integer({ describes: 'Runs that would have ended well.' }),
  failed: integer({ describes: 'Runs that would have failed.' }),
  open: integer({ describes: 'Runs that would still have been going on at the end.' }),
  mails: integer({ describes: 'Mails and messages that would have gone out.' }),
  writes: integer({ describes: 'Records that would have been written, steps of people included.' }),
  others: integer({ describes: 'What else would have been done: calls of addresses, notices, approvals.' }),
};

const most = 500;

/** The answer of a simulation. */
export const reportFields = {
  from: at,
  to: at,
  isComplete: boolean({ describes: 'Whether all events of the period were read.' }),
  counts: object('SimulationCounts', countFields, { describes: 'How many of each; lists hold the first 500.' }),
  matches: list(object('SimulatedMatch', matchFields), { max: most, describes: 'What would have started it.' }),
  runs: list(object('SimulatedRun', runFields), { max: most, describes: 'The runs, with every decision.' }),
  mails: list(object('SimulatedMail', effectFields), { max: most, describes: 'Mails and messages.' }),
  writes: list(object('SimulatedWrite', effectFields), { max: most, describes: 'Writes, tasks among them.' }),
  others: list(object('SimulatedEffect', effectFields), { max: most, describes: 'Whatever else it would have done.' }),
  loops: list(object('SimulatedLoop', loopFields), {
    max: 60,
    describes: 'Steps that would start the workflow again.',
  }),
  digest: text({ max: 64, describes: 'SHA-256 of the report: the same input over the same log gives the same.' }),
};
const { digest: _digest, ...saidFields } = reportFields;
/** The report but for its digest. */
export type Report = Values<typeof saidFields>;
/** Something that a run would have done. */
export type Effect = Values<typeof effectFields>;
/** What would have started it. */
export type Match = Values<typeof matchFields>;
/** A step that would start it again. */
export type LoopFound = Values<typeof loopFields>;
/** How many of each there were. */
export type Counts = { -readonly [Name in keyof Report['counts']]: number };
/** The lists of a report while they grow. */
export type Told = { readonly [Name in (typeof lists)[number]]: Report[Name][number][] };

/** The lists of a report. */
export const lists = ['matches', 'runs', 'mails', 'writes', 'others'] as const;

/** What is simulated, and over what. */
export const periodFields = {
  workflow: optional(ref('Workflow', { describes: 'The workflow whose plan is tried, where no draft is given.' })),
  draft: optional(json<Readonly<Record<string, unknown>>>({ describes: 'A plan as `createWorkflow` takes it.' })),
  from: dateTime({ describes: 'The beginning of the period.' }),
  to: dateTime({ describes: 'Its end, at most 400 days later and not in the future.' }),
  decides: optional(
    choice(['APPROVED', 'REJECTED'], {
      named: 'SimulatedApproval',
      describes: 'What approvals are taken to come to, at once; APPROVED when absent.',
    }),
  ),
};

/** Kinds of steps that send something, and that write something. */
const sending: ReadonlySet<string> = new Set(['mail', 'mailCustomer', 'message']);
const writing: ReadonlySet<string> = new Set(['operation', 'setField', 'task']);

/** In which list of the report an effect stands. */
export const listOf = ({ kind }: Pick<Effect, 'kind'>): 'mails' | 'writes' | 'others' =>
  sending.has(kind) ? 'mails' : writing.has(kind) ? 'writes' : 'others';
