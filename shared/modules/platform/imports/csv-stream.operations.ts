import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import iconv from 'iconv-lite';
import {
  assertReadable,
  assertText,
  assertWidth,
  csvLimits,
  delimiterOf,
  fitted,
  headFrom,
  narrowEncoding,
  refuse,
  wideEncoding,
  type CsvOptions,
  type CsvTable,
} from './csv.rules.ts';

/** The bytes of a file, piece by piece, as often as they are asked for. */
export type Pieces = () => AsyncIterable<Uint8Array>;

type Cells = readonly string[];

/** Bytes by which a table is judged: more than its longest line. */
const headSize = 2 * 1024 * 1024;

/** Opens a table without holding it. The encoding is found out when not said. @throws what `csv.rules.ts` refuses, FILE_MALFORMED */
export const openCsv = async (
  pieces: Pieces,
  { encoding: told, ...options }: CsvOptions & { readonly encoding?: string },
): Promise<CsvTable> => {
  const head = await firstBytes(pieces, headSize);
  assertText(head);
  const encoding = told ?? wideEncoding(head) ?? ((await isUtf8(pieces)) ? 'utf-8' : narrowEncoding(head));
  const text = iconv.decode(head, encoding);
  assertReadable(text);
  const delimiter = options.delimiter ?? delimiterOf(text);
  assertWidth(text, delimiter);
  return tableOf(() => recordsOf(pieces, encoding, delimiter), { ...options, encoding, delimiter });
};

/** A table of records, of which the first may name the columns. */
export const tableOf = async (
  records: () => AsyncIterable<Cells>,
  known: Parameters<typeof headFrom>[1],
): Promise<CsvTable> => {
  const first = (await firstOf(records())) ?? [];
  const head = headFrom(first, known);
  return {
    ...head,
    async *rows() {
      let isFirst = true;
      for await (const cells of records()) {
        if (!(isFirst && head.hasHeader)) yield fitted(cells, first.length);
        isFirst = false;
      }
    },
  };
};

const firstOf = async (records: AsyncIterable<Cells>): Promise<Cells | undefined> => {
  for await (const record of records) return record;
  return undefined;
};

/** The first bytes of a file, `most` of them where it has so many. */
export const firstBytes = async (pieces: Pieces, most: number): Promise<Buffer> => {
  const found: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces()) {
    found.push(piece);
    size += piece.length;
    if (size >= most) break;
  }
  return Buffer.concat(found).subarray(0, most);
};

const isUtf8 = async (pieces: Pieces): Promise<boolean> => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const piece of pieces()) decoder.decode(piece, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
};

async function* textOf(pieces: Pieces, encoding: string): AsyncIterable<string> {
  const decoder = iconv.getDecoder(encoding);
  for await (const piece of pieces()) yield decoder.write(Buffer.from(piece));
  yield decoder.end() ?? '';
}

async function* recordsOf(pieces: Pieces, encoding: string, delimiter: string): AsyncIterable<Cells> {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    max_record_size: csvLimits.line,
    to: csvLimits.rows + 2,
  });
  const records: AsyncIterable<Cells> = Readable.from(textOf(pieces, encoding)).compose<typeof parser>(parser);
  try {
    yield* records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw refuse('FILE_MALFORMED', `The table cannot be read: ${error.message}`);
  }
}
