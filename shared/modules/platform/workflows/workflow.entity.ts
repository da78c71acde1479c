import {
  boolean,
  dateTime,
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
  type Row,
} from '#kernel';
import { plan } from './plan.rules.ts';
import { planProblems } from './plan-checks.rules.ts';

/** A process of the company that the product carries out. */
export const Workflow = entity('Workflow', {
  idPrefix: 'wfl',
  describes:
    'A process that the product carries out: what starts it, and its steps. Every change of them is a revision; runs go on by the one with which they started.',
  fields: {
    name: text({ max: 120, min: 1, unique: true, search: 'words', describes: 'Its name, unique.' }),
    note: optional(longText({ max: 2000, describes: 'What it is for.' })),
    process: optional(
      text({
        max: 60,
        pattern: /^[A-Z][A-Z0-9_]*$/,
        describes: 'The process that several definitions share, general and special ones.',
      }),
    ),
    ready: optional(text({ max: 60, describes: 'The ready definition that it was made from.' })),
    active: defaulted(boolean({ describes: 'Starts runs. Those that go on do so either way.' }), true),
    ...plan,
    revision: derived(integer({ min: 0, describes: 'How many plans it has had.' })),
    current: derivedOptional(ref('WorkflowRevision', { describes: 'The plan of runs that start now.' })),
    publishedBy: derived(text({ max: 60, describes: 'The id of the user or key with whose rights its runs act.' })),
    hears: derived(
      list(text({ max: 160 }), {
        max: 200,
        describes: 'What runs of any of its plans may wait for: `<type of event>|<field that names the record>`.',
      }),
    ),
    nextAt: derivedOptional(dateTime({ describes: 'SCHEDULE: when it starts next.' })),
    firing: derivedOptional(dateTime({ describes: 'SCHEDULE: the moment whose runs are being started.' })),
    firesAt: derivedOptional(dateTime({ describes: 'SCHEDULE: when its timer looks at it again.' })),
    hook: derivedOptional(
      text({ max: 40, describes: 'WEBHOOK: what the present address carries; a new one makes the old void.' }),
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (row) => planProblems(row),
  dueAt: ({ active, firesAt }) => (active ? firesAt : undefined),
});

/** A plan of a workflow as it was at a time. It never changes, so that the runs that go by it can finish. */
export const WorkflowRevision = entity('WorkflowRevision', {
  idPrefix: 'wfr',
  describes: 'The plan of a workflow as it was from one change to the next. Runs that started with it go on with it.',
  fields: {
    workflow: ref('Workflow', { describes: 'Of which workflow.' }),
    number: integer({ min: 1, describes: 'Counts the plans of the workflow.' }),
    name: text({ max: 120, describes: 'What the workflow was called.' }),
    publishedBy: text({ max: 60, describes: 'The id of the user or key with whose rights its runs act.' }),
    ...plan,
  },
  owner: noOwner,
  keys: {
    byWorkflow: { gsi: 1, of: 'workflow', sort: 'createdAt', on: 'Workflow.revisions' },
    all: { gsi: 3, sort: 'createdAt' },
  },
  title: ({ name, number }) => `${name} ${String(number)}`,
});

/** A workflow, as code sees it. */
export type WorkflowRow = Row<typeof Workflow>;
/** A plan of it. */
export type RevisionRow = Row<typeof WorkflowRevision>;
