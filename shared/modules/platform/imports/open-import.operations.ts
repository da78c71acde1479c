import type { JobContext } from '#kernel';
import { readPieces } from '#modules/platform/files';
import { openCsv } from './csv-stream.operations.ts';
import type { CsvTable } from './csv.rules.ts';
import type { ImportRow } from './import.entity.ts';
import { repairedCell, type Misreading } from './letters.rules.ts';
import type { Found } from './lookup.operations.ts';
import type { OpenRule, Plan } from './plan.rules.ts';
import { orderRows, type OrderedTable } from './table-order.operations.ts';

/** A file with its rows in the order in which they enter. Of a large one only some rows are in memory. */
export type OpenTable = OrderedTable & {
  readonly table: CsvTable;
  /** Records that cells of a rule have named, by rule and text: asked once. */
  readonly named: Map<OpenRule['field'], Map<string, Found>>;
  /** The records by the texts of own keys, read at most once. */
  index?: Promise<ReadonlyMap<string, readonly string[]>>;
};

// Tables are kept while a job goes through them, the last two of a container.
const kept = new Map<string, OpenTable>();
const mostKept = 2;

/** The file of an import with its rows in order, for one job. */
export const openTable = async (context: JobContext, row: ImportRow, plan: Plan): Promise<OpenTable> => {
  const name = `${context.actor.tenant} ${context.jobId}`;
  const known = kept.get(name);
  if (known) return known;
  const { encoding, delimiter, hasHeader } = row.profile;
  const read = await openCsv(() => readPieces(context, row.table ?? row.file), {
    encoding: row.table === undefined ? encoding : 'utf-8',
    delimiter,
    hasHeader,
  });
  const table = row.repair === undefined ? read : repaired(read, row.repair);
  const opened = { table, named: new Map(), ...(await orderRows(plan, table, context.actor.country)) };
  kept.set(name, opened);
  for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest);
  return opened;
};

const repaired = (table: CsvTable, misread: Misreading): CsvTable => ({
  ...table,
  async *rows() {
    for await (const cells of table.rows()) yield cells.map((cell) => repairedCell(cell, misread));
  },
});
