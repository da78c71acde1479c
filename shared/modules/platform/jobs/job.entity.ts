import {
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  json,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';

const count = (describes: string) => defaulted(integer({ min: 0, describes }), 0);

/** Rows of a job by what became of them. */
export const countFields = {
  created: count('Records made.'),
  updated: count('Records changed.'),
  unchanged: count('Rows that were as the records are.'),
  skipped: count('Rows that were left out, as the job was told.'),
  failed: count('Rows that could not be done; `jobResults` says why.'),
};

/** Work over many rows, done in the background. */
export const Job = entity('Job', {
  idPrefix: 'job',
  describes:
    'Work over many rows that goes on in the background: an import, a mass change. It can be paused, cancelled and undone.',
  fields: {
    name: text({ max: 80, describes: 'What it does: runImport, undoJob.' }),
    subject: optional(ref('*', { describes: 'The record that it works for.' })),
    total: derivedOptional(integer({ describes: 'How many rows lie before it, when that is known.' })),
    done: derived(integer({ describes: 'How many rows are done.' })),
    counts: derived(object('JobCounts', countFields, { describes: 'The rows that are done, by what became of them.' })),
    cursor: derivedOptional(text({ max: 2000, describes: 'Where it goes on.' })),
    pages: derived(integer({ describes: 'Pages of results that it has written.' })),
    startedBy: optional(ref('User', { describes: 'Who started it. It may do what that person might then.' })),
    startedAt: derivedOptional(dateTime({ describes: 'When it began to work.' })),
    finishedAt: derivedOptional(dateTime({ describes: 'When it ended.' })),
    input: derived(json({ describes: 'What it was given.', sensitive: true })),
    rights: derived(json({ describes: 'The rights that it works with.', sensitive: true })),
    result: derivedOptional(json<Readonly<Record<string, unknown>>>({ describes: 'What it answered in the end.' })),
    error: derivedOptional(text({ max: 1000, describes: 'Why it failed.' })),
    correlationId: derived(text({ max: 60, describes: 'What all events of its changes carry.' })),
    undoes: derivedOptional(ref('Job', { describes: 'The job that it takes back.' })),
  },
  states: {
    field: 'status',
    initial: 'QUEUED',
    moves: {
      QUEUED: ['RUNNING', 'PAUSED', 'CANCELLED', 'FAILED'],
      RUNNING: ['PAUSED', 'CANCELLED', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED'],
      PAUSED: ['QUEUED', 'CANCELLED'],
      COMPLETED: [],
      COMPLETED_WITH_ERRORS: [],
      FAILED: ['QUEUED'],
      CANCELLED: [],
    },
    closedIn: ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'],
    verbs: { QUEUED: 'resumed', RUNNING: 'started', COMPLETED_WITH_ERRORS: 'completed' },
  },
  owner: ownedBy('startedBy'),
  keys: {
    bySubject: { gsi: 1, of: 'subject', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
  },
  timeline: ['id', 'subject'],
  title: ({ name }) => name,
});

/** A job, as code sees it. */
export type JobRow = Row<typeof Job>;
/** Where a job stands. */
export type JobStatus = JobRow['status'];
