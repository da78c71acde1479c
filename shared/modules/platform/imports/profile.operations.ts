import { DomainError, type Context } from '#kernel';
import { storeFile } from '#modules/platform/files';
import { kindOf } from './cells.rules.ts';
import { csvLimits, readTable, tableFrom, writeTable, type CsvOptions, type CsvTable } from './csv.rules.ts';
import { suggestFields } from './headers.rules.ts';
import type { ImportColumn, ImportRow } from './import.entity.ts';
import { isErrorColumn } from './import.jobs.ts';
import { repairedCell, repairFor } from './letters.rules.ts';
import { entityOf } from './open-import.operations.ts';
import { targetsOf } from './targets.rules.ts';

/** Rows that are looked at for what columns hold. */
const profiled = 1000;
/** What the profile says of workbooks. */
const workbook = 'xlsx';

/** A table as it was uploaded: text, or the first sheet of a workbook, whose reader is loaded only then. */
export const readUpload = async (bytes: Uint8Array, options: CsvOptions): Promise<CsvTable> => {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return readTable(bytes, options);
  const { rowsOfWorkbook } = await import('./workbook.rules.ts');
  return tableFrom(rowsOfWorkbook(bytes), { ...options, encoding: workbook, delimiter: ',' });
};

/** A workbook is unpacked once: the jobs then read its table as CSV. Answers the file of that table. */
export const storeTable = async (
  context: Context,
  name: string,
  { encoding, columns, hasHeader, rows }: CsvTable,
): Promise<string | undefined> => {
  if (encoding !== workbook) return undefined;
  const body = Buffer.from(writeTable(hasHeader ? [columns, ...rows] : rows));
  if (body.length > csvLimits.bytes)
    throw new DomainError('FILE_TOO_LARGE', 'The table in the workbook has more than 50 MiB; split it.', ['file']);
  return (await storeFile(context, { name: name.replace(/(\.\w+)?$/, '.csv'), contentType: 'text/csv', body })).id;
};

/** What a table looks like, and which fields its columns probably mean. */
export const profileOf = (context: Context, entity: string, table: CsvTable): ImportRow['profile'] => {
  const { encoding, delimiter, hasHeader, rows } = table;
  const repair = repairFor([...table.columns, ...rows.slice(0, profiled).flat()]);
  const readable = new Map(table.columns.map((name) => [name, repair ? repairedCell(name, repair.misread) : name]));
  const of = entityOf(context.registry, entity);
  const targets = new Map(targetsOf(context.registry, of).map(({ path, field }) => [path, field]));
  const suggested = suggestFields(
    [...readable.values()].filter((name) => !isErrorColumn(name)),
    [...targets.keys()],
    (path) => Object.values(targets.get(path)?.labels ?? {}),
  );
  const columns = table.columns.map((name, index) =>
    columnOf(table, name, index, suggested.get(readable.get(name) ?? name)),
  );
  return { encoding, delimiter, hasHeader, rows: rows.length, columns, ...(repair && { repair }) };
};

const columnOf = ({ rows }: CsvTable, name: string, index: number, suggests: string | undefined): ImportColumn => {
  const cells = rows.map((row) => row[index] ?? '');
  const samples = [...new Set(cells.slice(0, profiled).map((cell) => cell.trim()))]
    .filter((cell) => cell !== '')
    .slice(0, 5);
  return {
    name: name.slice(0, 210),
    kind: kindOf(cells.slice(0, profiled)),
    filled: cells.filter((cell) => cell.trim() !== '').length,
    samples: samples.map((sample) => oneLine(sample)),
    ...(suggests !== undefined && { suggests }),
  };
};

const oneLine = (cell: string): string => cell.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').slice(0, 200);
