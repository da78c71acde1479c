import { job, type JobContext, type RowResult } from '#kernel';
import { storeFile } from '#modules/platform/files';
import { allResults, Job } from '#modules/platform/jobs';
import { writeTable } from './csv.rules.ts';
import { Import, type ImportFindings, type ImportRow } from './import.entity.ts';
import { openTable, type OpenTable } from './open-import.operations.ts';
import { openPlan, type Plan } from './plan.rules.ts';
import { enterRows } from './rows.operations.ts';
import { adapterOf } from './targets.rules.ts';

type Given = { readonly import: string };

const rowsPerChunk = 500;

const open = async (
  context: JobContext,
  { import: id }: Given,
): Promise<{ row: ImportRow; plan: Plan; table: OpenTable }> => {
  const row = await context.trusted(Import).get(id);
  const columns = row.profile.columns.map(({ name }) => name);
  const plan = openPlan(context.registry, row, columns);
  return { row, plan, table: await openTable(context, row, plan) };
};

const step = (rehearsal: boolean) => async (given: Given, cursor: string | undefined, context: JobContext) => {
  const { plan, table } = await open(context, given);
  const start = Number(cursor ?? 0);
  const chunk = await table.take(start, rowsPerChunk);
  const results = await enterRows({ plan, table, context, rehearsal, importId: given.import }, chunk);
  const end = start + chunk.length;
  return {
    results: rehearsal ? results.map(withoutRecord) : results,
    ...(end < table.count && { next: String(end) }),
  };
};

/** Of a rehearsal only errors are told row by row. */
const withoutRecord = ({ record: _record, ...result }: RowResult): RowResult => result;

const total = async (given: Given, context: JobContext): Promise<number> => (await open(context, given)).table.count;

export const rehearseImport = job<Given>('validateImport', {
  describes: 'Tries an import without writing anything.',
  needs: 'import.create',
  silent: true,
  total,
  chunk: step(true),
  finish: async ({ import: id }, context) => {
    const { created, updated, unchanged, skipped, failed } = (await context.trusted(Job).get(context.jobId)).counts;
    const problems = (await failures(context)).slice(0, 100).map(({ row, field, code = '', message = '' }) => ({
      row,
      code,
      message,
      ...(field !== undefined && { column: field }),
    }));
    const findings: ImportFindings = {
      create: created,
      update: updated,
      unchanged,
      skip: skipped,
      fail: failed,
      problems,
    };
    const row = await context.trusted(Import).get(id);
    if (row.status === 'VALIDATING') context.trusted(Import).move(row, 'READY', { findings });
    return { created, updated, unchanged, skipped, failed };
  },
});

const failures = async (context: JobContext): Promise<readonly RowResult[]> =>
  (await allResults(context, context.jobId)).filter(({ status }) => status === 'failed');

export const importRows = job<Given>('runImport', {
  describes: 'Lets the rows of a table enter as records.',
  needs: 'import.create',
  silent: true,
  total,
  chunk: step(false),
  finish: async (given, context) => {
    const { row, plan, table } = await open(context, given);
    const results = await allResults(context, context.jobId);
    const ids = results.flatMap(({ record, status }) => (record !== undefined && status !== 'failed' ? [record] : []));
    await adapterOf(context.registry, plan.of.name)?.finish?.(ids, context);
    const bad = results.filter(({ status }) => status === 'failed');
    const errorFile = bad.length > 0 ? await writeErrors(context, row, table, bad) : undefined;
    const state = bad.length > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED';
    if (row.status === 'RUNNING' || row.status === 'PAUSED') {
      const started = row.status === 'PAUSED' ? context.trusted(Import).move(row, 'RUNNING') : row;
      context.trusted(Import).move(started, state, {
        finishedAt: context.clock.instant(),
        ...(errorFile && { errorFile }),
      });
    }
    return { import: given.import, ...(errorFile !== undefined && { errorFile }) };
  },
});

/** The names of the columns that an error file adds. */
export const errorColumns = ['_row', '_code', '_field', '_message'] as const;

/** The rows that failed as they came, with why: to be corrected and uploaded again. */
const writeErrors = async (
  context: JobContext,
  row: ImportRow,
  { table }: OpenTable,
  bad: readonly RowResult[],
): Promise<string> => {
  const own = table.columns.map((name, index) => ({ name, index })).filter(({ name }) => !isErrorColumn(name));
  const problems = new Map(bad.map((result) => [result.row, result]));
  const lines = [[...own.map(({ name }) => name), ...errorColumns]];
  let at = table.hasHeader ? 2 : 1;
  for await (const cells of table.rows()) {
    const problem = problems.get(at);
    at += 1;
    if (problem) lines.push([...own.map(({ index }) => unquoted(cells[index] ?? '')), ...toldOf(problem)]);
  }
  const body = writeTable(lines, table.delimiter);
  const name = row.name.replace(/(\.\w+)?$/, '.errors.csv');
  return (await storeFile(context, { name, contentType: 'text/csv', body, record: row.id })).id;
};

/** The quote that keeps a spreadsheet from running a cell is put there again when it is written. */
const unquoted = (cell: string): string => cell.replace(/^'(?=[=+\-@\t\r])/, '');

const toldOf = ({ row, code = '', field = '', message = '' }: RowResult): readonly string[] => [
  String(row),
  code,
  field,
  message,
];

/** Whether a column is one that an error file adds. */
export const isErrorColumn = (name: string): boolean => (errorColumns as readonly string[]).includes(name);
