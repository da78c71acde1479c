import {
  customFieldMap,
  customName,
  DomainError,
  job,
  mayTouch,
  mutation,
  notFound,
  ref,
  type AnyEntity,
  type AnyField,
  type AnyRow,
  type Change,
  type DomainEvent,
  type JobContext,
  type Piece,
  type PieceOutcome,
  type RowResult,
} from '#kernel';
import { readHistory } from '#kernel/feed';
import { parseValue } from '#kernel/validate';
import { Job } from './job.entity.ts';
import { readJob } from './job-record.operations.ts';
import { allResults, startJob } from './job.operations.ts';
import { isFinal } from './job.rules.ts';

const rowsPerChunk = 250;
const undoDays = 7;

type Given = { readonly job: string };

/** Takes back what a job did, record by record, where nobody has changed the record since. */
export const undoRows = job<Given>('undoJob', {
  describes: 'Takes back what a job did.',
  needs: 'job.update',
  silent: true,
  total: async ({ job: id }, context) => (await touched(context, id)).length,
  chunk: async ({ job: id }, cursor, context) => {
    const start = Number(cursor ?? 0);
    const rows = (await touched(context, id)).slice(start, start + rowsPerChunk);
    const { row } = await readJob(context.ports.table, context.actor.tenant, id);
    const histories = await Promise.all(rows.map(({ record = '' }) => historyOf(context, record)));
    const outcomes = await context.together(
      rows.map((result, index) => undoing(context, row.correlationId, result, histories[index] ?? [])),
    );
    const results = rows.map((result, index) => told(result, outcomes[index]));
    return { results, ...(rows.length === rowsPerChunk && { next: String(start + rowsPerChunk) }) };
  },
});

/** Records that the job made or changed, the latest first, so that what refers to another goes before it. */
const touched = async (context: JobContext, id: string): Promise<readonly RowResult[]> => {
  const results = await allResults(context, id);
  return results
    .filter(({ record, status }) => record !== undefined && (status === 'created' || status === 'updated'))
    .reverse();
};

const historyOf = ({ ports, actor }: JobContext, record: string): Promise<readonly DomainEvent[]> =>
  readHistory(ports.table, actor.tenant, record, { limit: 5 });

const undoing = (
  context: JobContext,
  correlationId: string,
  { record = '', row }: RowResult,
  history: readonly DomainEvent[],
): Piece => ({
  key: `undo ${String(row)} ${record}`,
  reads: [record],
  run: async (unit) => {
    const of = context.registry.byPrefix.get(record.slice(0, record.indexOf('_')));
    if (!of) return undefined;
    const current = (await unit.data(of).get(record)) as AnyRow;
    const [last] = history;
    if (last?.correlationId === context.correlationId) return { id: record };
    // The log follows the record by some moments; the job tries again.
    if ((last?.record.version ?? 0) < current.version) throw new Error(`The log of ${record} is not complete yet.`);
    if (last?.correlationId !== correlationId)
      throw new DomainError('CHANGED_SINCE', 'The record was changed since.', []);
    const made = history.filter((event) => event.correlationId === correlationId);
    if (made.some((event) => event.record.version === 1)) unit.data(of).archive(current);
    else unit.trusted(of).update(current, valuesBefore(of, made));
    return { id: record };
  },
});

/** The values that fields had before these events, which are the newest first. */
const valuesBefore = (of: AnyEntity, events: readonly DomainEvent[]): Readonly<Record<string, unknown>> => {
  const before: Record<string, unknown> = {};
  for (const { changed } of events) {
    for (const [name, change] of Object.entries(changed)) {
      if (of.fields[name]) before[name] = valueOf(of.fields[name], change);
      if (name.startsWith(ownPrefix))
        before[customName] = { ...(before[customName] as object), ...ownBefore(of, name, change) };
    }
  }
  return Object.fromEntries(Object.entries(before).filter(([, value]) => value !== undefined));
};

const ownPrefix = `${customName}.`;

/** The tenant's own fields go back one by one. */
const ownBefore = (of: AnyEntity, name: string, change: Change): Readonly<Record<string, unknown>> => {
  const key = name.slice(ownPrefix.length);
  return { [key]: valueOf(customFieldMap(of)[key], change) };
};

/** Of sensitive fields an event says only that they changed: those stay. */
const valueOf = (field: AnyField | undefined, change: Change): unknown => {
  if (!field || (change.from === undefined && change.to === undefined)) return undefined;
  return change.from === undefined ? null : parseValue(field, change.from);
};

const told = (result: RowResult, outcome: PieceOutcome | undefined): RowResult => {
  const { row, record } = result;
  const about = { row, ...(record !== undefined && { record }) };
  if (outcome?.status !== 'failed') return { ...about, status: 'updated' };
  const { error } = outcome;
  if (!(error instanceof DomainError)) throw error;
  const isKept = error.code === 'CHANGED_SINCE' || error.code === 'NOT_FOUND' || error.code === 'ARCHIVED';
  return { ...about, status: isKept ? 'skipped' : 'failed', code: error.code, message: error.message };
};

export const undoJob = mutation('undoJob', {
  describes:
    'Takes back what a job did, within seven days: records that it made are archived, those that it changed get their values back. Records that were changed since are left alone.',
  needs: 'job.update',
  input: { id: ref('Job', { describes: 'Which job.' }) },
  returns: Job,
  fails: ['JOB_AT_WORK', 'TOO_LATE'],
  run: async ({ id }, context) => {
    const { row } = await readJob(context.ports.table, context.actor.tenant, id);
    if (!mayTouch(context.actor, Job, row, 'update')) throw notFound('Job', id);
    if (!isFinal(row.status))
      throw new DomainError('JOB_AT_WORK', 'Cancel the job first, or wait for its end.', ['id']);
    const age = context.clock.now().getTime() - new Date(row.finishedAt ?? row.createdAt).getTime();
    if (age > undoDays * 86_400_000)
      throw new DomainError('TOO_LATE', `A job can be undone for ${String(undoDays)} days.`, ['id']);
    return startJob(
      context,
      undoRows,
      { job: id },
      { undoes: id, ...(row.subject !== undefined && { subject: row.subject }) },
    );
  },
});
