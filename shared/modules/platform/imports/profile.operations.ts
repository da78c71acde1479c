import { Readable } from 'node:stream';
import type { Context } from '#kernel';
import { readFile, readPieces, storeFile, type FileRow } from '#modules/platform/files';
import { kindOf } from './cells.rules.ts';
import { firstBytes, openCsv, tableOf } from './csv-stream.operations.ts';
import { csvLimits, isWorkbook, refuse, writeTable, type CsvOptions, type CsvTable } from './csv.rules.ts';
import { suggestFields } from './headers.rules.ts';
import type { ImportColumn, ImportRow } from './import.entity.ts';
import { isErrorColumn } from './import.jobs.ts';
import { repairedCell, repairFor } from './letters.rules.ts';
import { entityOf } from './plan.rules.ts';
import { targetsOf } from './targets.rules.ts';

/** Rows that are looked at for what columns hold. */
const profiled = 1000;
/** What the profile says of workbooks. */
const workbook = 'xlsx';

/** A table as it was uploaded; a workbook's has been stored as a file of its own. */
export type Upload = { readonly table: CsvTable; readonly converted?: string };

/** Opens what was uploaded: text, or the first sheet of a workbook, whose reader is loaded only then. @throws FILE_TOO_LARGE */
export const openUpload = async (
  context: Context,
  { id, name, size }: FileRow,
  options: CsvOptions,
): Promise<Upload> => {
  if (size > csvLimits.bytes) throw refuse('FILE_TOO_LARGE', 'A file to import has at most 50 MiB.');
  const pieces = () => readPieces(context, id);
  if (!isWorkbook(await firstBytes(pieces, 2))) return { table: await openCsv(pieces, options) };
  const { rowsOfWorkbook } = await import('./workbook.rules.ts');
  const records = rowsOfWorkbook(await readFile(context, id));
  const table = await tableOf(() => Readable.from(records), { ...options, encoding: workbook, delimiter: ',' });
  return {
    table,
    converted: await storeTable(context, name, table.hasHeader ? [table.columns, ...records.slice(1)] : records),
  };
};

/** A workbook is unpacked once: the jobs then read its table as CSV. Answers the file of that table. */
const storeTable = async (context: Context, name: string, records: readonly (readonly string[])[]): Promise<string> => {
  const body = Buffer.from(writeTable(records));
  if (body.length > csvLimits.bytes)
    throw refuse('FILE_TOO_LARGE', 'The table in the workbook has more than 50 MiB; split it.');
  return (await storeFile(context, { name: name.replace(/(\.\w+)?$/, '.csv'), contentType: 'text/csv', body })).id;
};

/** What was seen of a table: its first rows, how many there are, and how many cells of each column are filled. */
type Seen = {
  readonly rows: readonly (readonly string[])[];
  readonly count: number;
  readonly filled: readonly number[];
};

const look = async (table: CsvTable): Promise<Seen> => {
  const rows: (readonly string[])[] = [];
  const filled = table.columns.map(() => 0);
  let count = 0;
  for await (const cells of table.rows()) {
    count += 1;
    if (count > csvLimits.rows)
      throw refuse('TOO_MANY_ROWS', `One import takes at most ${String(csvLimits.rows)} rows; split the file.`);
    if (count <= profiled) rows.push(cells);
    for (const [index, cell] of cells.entries()) if (cell.trim() !== '') filled[index] = (filled[index] ?? 0) + 1;
  }
  if (count === 0) throw refuse('FILE_EMPTY', 'The file has no rows below its header.');
  return { rows, count, filled };
};

/** Rows that a person is shown, and letters of a cell. */
const sampled = { rows: 20, letters: 200 };

/** What a table looks like, which fields its columns probably mean, and its first rows. @throws TOO_MANY_ROWS, FILE_EMPTY */
export const profileOf = async (
  context: Context,
  entity: string,
  table: CsvTable,
): Promise<Pick<ImportRow, 'profile' | 'sample'>> => {
  const seen = await look(table);
  const { encoding, delimiter, hasHeader } = table;
  const repair = repairFor([...table.columns, ...seen.rows.flat()]);
  const readable = new Map(table.columns.map((name) => [name, repair ? repairedCell(name, repair.misread) : name]));
  const suggested = suggestionsFor(context, entity, [...readable.values()]);
  const columns = table.columns.map((name, index) =>
    columnOf(seen, name, index, suggested.get(readable.get(name) ?? name)),
  );
  return {
    profile: { encoding, delimiter, hasHeader, rows: seen.count, columns, ...(repair && { repair }) },
    sample: seen.rows.slice(0, sampled.rows).map((cells) => cells.map((cell) => cell.slice(0, sampled.letters))),
  };
};

const suggestionsFor = ({ registry }: Context, entity: string, names: readonly string[]) => {
  const targets = new Map(targetsOf(registry, entityOf(registry, entity)).map(({ path, field }) => [path, field]));
  return suggestFields(
    names.filter((name) => !isErrorColumn(name)),
    [...targets.keys()],
    (path) => Object.values(targets.get(path)?.labels ?? {}),
  );
};

const columnOf = ({ rows, filled }: Seen, name: string, index: number, suggests: string | undefined): ImportColumn => {
  const cells = rows.map((row) => row[index] ?? '');
  const samples = [...new Set(cells.map((cell) => cell.trim()))].filter((cell) => cell !== '').slice(0, 5);
  return {
    name: name.slice(0, 210),
    kind: kindOf(cells),
    filled: filled[index] ?? 0,
    samples: samples.map((sample) => oneLine(sample)),
    ...(suggests !== undefined && { suggests }),
  };
};

const oneLine = (cell: string): string => cell.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').slice(0, 200);
