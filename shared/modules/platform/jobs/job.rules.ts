import type { Actor, RowResult } from '#kernel';
import type { JobRow } from './job.entity.ts';

/** Rows by what became of them, with those of a chunk added. */
export const withResults = (counts: JobRow['counts'], results: readonly RowResult[]): JobRow['counts'] => {
  const sum = { ...counts };
  for (const { status } of results) sum[status === 'done' ? 'updated' : status] += 1;
  return sum;
};

/** A row's result as it is kept: short names, since there may be many. */
export type KeptResult = {
  readonly r: number;
  readonly s: RowResult['status'];
  readonly id?: string;
  readonly c?: string;
  readonly m?: string;
  readonly f?: string;
};

/** What of a row's result is kept: which record, or why not. */
export const keptResults = (results: readonly RowResult[]): readonly KeptResult[] =>
  results
    .filter(({ status, record, code }) => code !== undefined || (record !== undefined && status !== 'unchanged'))
    .map(({ row, status, record, code, message, field }) => ({
      r: row,
      s: status,
      ...(record !== undefined && { id: record }),
      ...(code !== undefined && { c: code }),
      ...(message !== undefined && { m: message.slice(0, 200) }),
      ...(field !== undefined && { f: field }),
    }));

/** A kept result as it was. */
export const resultOf = ({ r, s, id, c, m, f }: KeptResult): RowResult => ({
  row: r,
  status: s,
  ...(id !== undefined && { record: id }),
  ...(c !== undefined && { code: c }),
  ...(m !== undefined && { message: m }),
  ...(f !== undefined && { field: f }),
});

/** The rights of an actor as a job keeps them. */
export const keptRights = (actor: Actor): Readonly<Record<string, unknown>> => {
  const { tenant: _tenant, customFields: _readAnew, granted, ...rest } = actor;
  return { ...rest, granted: [...granted] };
};

/** The actor of a job, in its own tenant. */
export const actorOf = (tenant: string, rights: unknown): Actor => {
  const kept = rights as Omit<Actor, 'tenant' | 'granted'> & { readonly granted: readonly string[] };
  return { ...kept, tenant, granted: new Set(kept.granted) };
};

/** Whether the job has come to its end. */
export const isFinal = (status: JobRow['status']): boolean =>
  status === 'COMPLETED' || status === 'COMPLETED_WITH_ERRORS' || status === 'CANCELLED' || status === 'FAILED';
