import {
  DomainError,
  forbidden,
  job,
  mayTouch,
  type AnyEntity,
  type AnyRow,
  type Context,
  type JobContext,
  type Piece,
  type PieceOutcome,
  type Position,
  type RowResult,
} from '#kernel';
import { readCorrelated, readVersions, type Version } from '#kernel/feed';
import { Job } from './job.entity.ts';
import { readJob } from './job-record.operations.ts';
import { allResults } from './job.operations.ts';
import { undoingOf, type Undoing } from './undo.rules.ts';

const rowsPerChunk = 250;

/** What is taken back: what a job did, or what one operation did. */
export type Undone = { readonly job: string } | { readonly correlationId: string };

/** Takes back what a job or an operation did, record by record; what was changed again since is left alone. */
export const undoRows = job<Undone>('undoJob', {
  describes: 'Takes back what a job or an operation did.',
  needs: 'job.update',
  silent: true,
  total: async (given, context) => ('job' in given ? (await touchedBy(context, given.job)).length : undefined),
  chunk: async (given, cursor, context) => {
    const { rows, correlationId, next } = await pageOf(given, cursor, context);
    const outcomes = await context.together(rows.map((row) => undoing(context, correlationId, row)));
    const results = rows.map((row, index) => told(row, outcomes[index]));
    return { results, ...(next !== undefined && { next }) };
  },
});

type Page = { readonly rows: readonly RowResult[]; readonly correlationId: string; readonly next?: string };

const pageOf = async (given: Undone, cursor: string | undefined, context: JobContext): Promise<Page> => {
  if ('correlationId' in given) return pageOfOperation(given.correlationId, cursor, context);
  const start = Number(cursor ?? 0);
  const rows = (await touchedBy(context, given.job)).slice(start, start + rowsPerChunk);
  const { row } = await readJob(context.ports.table, context.actor.tenant, given.job);
  const next = rows.length === rowsPerChunk ? String(start + rowsPerChunk) : undefined;
  return { rows, correlationId: row.correlationId, ...(next !== undefined && { next }) };
};

/** Records that a job made or changed, the latest first, so that what refers to another goes before it. */
export const touchedBy = async (context: Context, id: string): Promise<readonly RowResult[]> => {
  const results = await allResults(context, id);
  return results
    .filter(({ record, status }) => record !== undefined && (status === 'created' || status === 'updated'))
    .reverse();
};

const pageOfOperation = async (correlationId: string, cursor: string | undefined, context: Context): Promise<Page> => {
  const after = cursor === undefined ? undefined : (JSON.parse(cursor) as Position);
  const { events, next } = await readCorrelated(context.ports.table, context.actor.tenant, correlationId, after);
  const ids = [...new Set(events.filter(isDirect).map(({ record }) => record.id))];
  const rows = ids.map((record, index) => ({ row: index + 1, status: 'updated' as const, record }));
  return { rows, correlationId, ...(next && { next: JSON.stringify(next) }) };
};

/** What reactions did follows what they reacted to: they hear of the undoing too. Jobs are undone as such. */
export const isDirect = ({
  causationId,
  record,
}: {
  readonly causationId?: string;
  readonly record: { readonly type: string };
}): boolean => causationId === undefined && record.type !== Job.name;

/** The versions of a record that one operation or job made, and the ones after them. */
export const madeUnder = async (
  { ports, actor }: Context,
  record: string,
  correlationId: string,
): Promise<{ readonly made: readonly Version[]; readonly later: readonly Version[]; readonly last: number }> => {
  const versions = await readVersions(ports.table, actor.tenant, record, { from: 1 });
  return {
    made: versions.filter(({ event }) => event.correlationId === correlationId && event.causationId === undefined),
    later: versions.filter(({ event }) => event.correlationId !== correlationId),
    last: versions.at(-1)?.event.record.version ?? 0,
  };
};

const undoing = (context: JobContext, correlationId: string, { record = '', row }: RowResult): Piece => ({
  key: `undo ${String(row)} ${record}`,
  reads: [record],
  run: async (unit) => {
    const of = context.registry.byPrefix.get(record.slice(0, record.indexOf('_')));
    if (!of) return undefined;
    const current = (await unit.data(of).get(record)) as AnyRow;
    const { made, later, last } = await madeUnder(unit, record, correlationId);
    if (later.some(({ event }) => event.correlationId === context.correlationId)) return { id: record };
    // The log follows the record by some moments; the job tries again.
    if (last < current.version) throw new Error(`The log of ${record} is not complete yet.`);
    takeBack(unit, of, current, undoingOf(context.registry.entity(of.name), current, made, context.actor));
    return { id: record };
  },
});

const takeBack = (unit: Context, of: AnyEntity, row: AnyRow, undone: Undoing): void => {
  if (undone.kind === 'NOTHING') return assertWhole(of, undone);
  if (!mayTouch(unit.actor, of, row, undone.kind === 'ARCHIVE' ? 'archive' : 'update'))
    throw forbidden(`You may not change this ${of.name}.`);
  if (undone.kind === 'ARCHIVE') unit.data(of).archive(row);
  else {
    const back = undone.archives === false ? unit.trusted(of).restore(row) : row;
    const changed = unit.trusted(of).update(back, undone.changes);
    if (undone.archives === true) unit.trusted(of).archive(changed);
  }
};

/** Where nothing is taken back, nothing may have been left either. @throws CHANGED_SINCE, FORBIDDEN */
const assertWhole = (of: AnyEntity, { conflicts, untold }: Undoing): void => {
  if (conflicts.length > 0) throw changedSince(conflicts);
  if (untold.length > 0) throw forbidden(`What it changed in this ${of.name} is not for you to see or to change.`);
};

const changedSince = (fields: readonly string[]): DomainError =>
  new DomainError(
    'CHANGED_SINCE',
    fields.includes('*') ? 'The record was changed since.' : `Changed since: ${fields.join(', ')}.`,
    [],
  );

const told = (result: RowResult, outcome: PieceOutcome | undefined): RowResult => {
  const { row, record } = result;
  const about = { row, ...(record !== undefined && { record }) };
  if (outcome?.status !== 'failed') return { ...about, status: 'updated' };
  const { error } = outcome;
  if (!(error instanceof DomainError)) throw error;
  const isKept = error.code === 'CHANGED_SINCE' || error.code === 'NOT_FOUND' || error.code === 'ARCHIVED';
  return { ...about, status: isKept ? 'skipped' : 'failed', code: error.code, message: error.message };
};
