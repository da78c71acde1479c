import { DomainError, job, timer, type JobContext } from '#kernel';
import { File, fileKey, storeFile } from '#modules/platform/files';
import { writeTable } from '#modules/platform/imports';
import { tableTypes } from './whole-table.operations.ts';
import { cellsOf, columnsFor } from './columns.rules.ts';
import { Export, type ExportRow } from './export.entity.ts';
import { sourceOf } from './sources.operations.ts';
import type { Growing } from './write-workbook.rules.ts';

/** How long a table can be fetched. */
const availableHours = 24;
const mostRows = 200_000;
const rowsPerChunk = 2_000;

type Given = { readonly export: string };
type Cells = readonly (string | number)[];

const partsOf = ({ actor }: Pick<JobContext, 'actor'>, id: string): string => `${actor.tenant}/exports/${id}/`;

/** Writes an export piece by piece: the same piece written again is the same. Only the fields that the actor sees are in it. */
export const writeExport = job<Given>('writeExport', {
  describes: 'Writes records into a table.',
  needs: 'export.create',
  silent: true,
  chunk: async ({ export: id }, cursor, context) => {
    const { part = 0, after } = cursor === undefined ? {} : (JSON.parse(cursor) as { part: number; after: string });
    const { cells, next } = await readRows(context, await context.trusted(Export).get(id), after);
    if (part * rowsPerChunk > mostRows)
      throw new DomainError('TOO_MANY_ROWS', `One export holds at most ${String(mostRows)} rows; select fewer.`);
    const name = `${partsOf(context, id)}${String(part).padStart(6, '0')}`;
    await context.ports.files.put(name, cells.map((row) => JSON.stringify(row)).join('\n'), 'application/x-ndjson');
    return {
      results: cells.map((_, index) => ({ row: part * rowsPerChunk + index + 1, status: 'done' as const })),
      ...(next !== undefined && { next: JSON.stringify({ part: part + 1, after: next }) }),
    };
  },
  finish: async ({ export: id }, context) => {
    const row = await context.trusted(Export).get(id);
    if (row.status !== 'RUNNING') return {};
    const { body, rows } = await bodyOf(row, pieces(context, id));
    const extension = row.format.toLowerCase();
    const file = await storeFile(context, {
      name: `${row.recordType}-${context.clock.today()}.${extension}`,
      contentType: tableTypes[row.format],
      body,
    });
    const until = new Date(context.clock.now().getTime() + availableHours * 3_600_000).toISOString();
    context.trusted(Export).move(row, 'READY', { file: file.id, rows, availableUntil: until });
    context.afterCommit(() => removeParts(context, id));
    return { export: id, rows };
  },
});

/** Pages of the source until a chunk is full. */
const readRows = async (context: JobContext, row: ExportRow, from: string | undefined) => {
  const of = context.registry.entity(row.recordType);
  const columns = columnsFor(context.actor, of, row.columns);
  const source = sourceOf(context.registry, row.source);
  const cells: Cells[] = [];
  let next = from;
  do {
    const page = await source.page(row.recordType, row.selection, next, context);
    cells.push(...cellsOf(of, page.rows, columns));
    next = page.next;
  } while (next !== undefined && cells.length < rowsPerChunk);
  return { cells, next };
};

/** The rows that were written, piece by piece: a large export never lies in memory as rows. */
async function* pieces(context: JobContext, id: string): AsyncGenerator<readonly Cells[]> {
  const { files } = context.ports;
  for (const key of (await files.list(partsOf(context, id))).map(({ key: name }) => name).toSorted()) {
    const text = Buffer.from((await files.get(key)) ?? []).toString();
    yield text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Cells]));
  }
}

/** In CSV, cells that a spreadsheet would run get a quote before them; in a workbook texts are texts. */
const bodyOf = async ({ format, columns }: ExportRow, written: AsyncIterable<readonly Cells[]>) => {
  const table = format === 'CSV' ? openTable() : (await import('./write-workbook.rules.ts')).openWorkbook();
  table.add([columns]);
  let rows = 0;
  for await (const piece of written) {
    table.add(piece);
    rows += piece.length;
  }
  return { body: table.end(), rows };
};

/** A CSV that grows; the mark of UTF-8 stands at its beginning alone. */
const openTable = (): Growing => {
  const texts: Uint8Array[] = [];
  return {
    add: (rows) => {
      const text = writeTable(rows.map((cells) => cells.map(String)));
      if (rows.length > 0) texts.push(Buffer.from(texts.length === 0 ? text : text.slice(1)));
    },
    end: () => Buffer.concat(texts),
  };
};

const removeParts = async (context: JobContext, id: string): Promise<void> => {
  for (const { key } of await context.ports.files.list(partsOf(context, id))) await context.ports.files.delete(key);
};

/** When its time is over, the table goes; the trace stays. */
export const expireExport = timer(Export, {
  describes: 'Deletes the table of an export when its time is over.',
  run: async (row, { trusted, ports, actor, afterCommit }) => {
    const file = row.file === undefined ? undefined : await trusted(File).find(row.file);
    if (file && file.archivedAt === undefined) trusted(File).archive(file);
    trusted(Export).move(row, 'EXPIRED');
    if (file) afterCommit(() => ports.files.delete(fileKey(actor.tenant, file.id)));
  },
});
