import chardet from 'chardet';
import iconv from 'iconv-lite';
import { DomainError } from '#kernel';

/** What an import takes at most. */
export const csvLimits = {
  bytes: 50 * 1024 * 1024,
  columns: 500,
  rows: 200_000,
  cell: 100_000,
  line: 1_000_000,
} as const;

/** How a table is written, and what its columns are called. */
export type TableHead = {
  readonly encoding: string;
  readonly delimiter: string;
  readonly hasHeader: boolean;
  readonly columns: readonly string[];
};

/** A file as a table: its rows are read one after the other, as often as they are asked for, each with as many cells as there are columns. */
export type CsvTable = TableHead & { rows(): AsyncIterable<readonly string[]> };

const startsWith = (bytes: Uint8Array, ...signature: readonly number[]): boolean =>
  signature.every((byte, index) => bytes[index] === byte);

/** Refuses what is no text by its first bytes, with what it is. @throws FILE_IS_SPREADSHEET, FILE_IS_BINARY, FILE_EMPTY */
export const assertText = (head: Uint8Array): void => {
  if (head.length === 0) throw refuse('FILE_EMPTY', 'The file is empty.');
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0))
    throw refuse(
      'FILE_IS_SPREADSHEET',
      'This is an old Excel workbook, or one with a password, whatever its name says; save it as .xlsx or CSV.',
    );
  if (wideEncoding(head) === undefined && head.subarray(0, 65_536).includes(0))
    throw refuse('FILE_IS_BINARY', 'This is no text; save the table as CSV.');
};

/** Whether bytes begin as a workbook does. */
export const isWorkbook = (head: Uint8Array): boolean => startsWith(head, 0x50, 0x4b);

export const refuse = (code: string, message: string): DomainError => new DomainError(code, message, ['file']);

/** UTF-16, by its mark or by the zeros of Latin letters. */
export const wideEncoding = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined => {
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le';
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be';
  const head = bytes.subarray(0, 1000);
  const zeros = (odd: number) => head.filter((byte, index) => index % 2 === odd && byte === 0).length;
  if (head.length < 4 || zeros(0) + zeros(1) < head.length * 0.3) return undefined;
  if (zeros(0) === 0) return 'utf-16le';
  return zeros(1) === 0 ? 'utf-16be' : undefined;
};

/** Guesses by the first bytes among encodings of one byte a letter, for what is not UTF-8; of Latin ones Windows-1252 is the widest. */
export const narrowEncoding = (head: Uint8Array): string => {
  const guess = chardet.detect(head.subarray(0, 200_000))?.toLowerCase() ?? 'windows-1252';
  const isLatin = /^(iso-8859-(1|15|2|9)|windows-125[024]|utf-|ascii)/.test(guess);
  return isLatin || !iconv.encodingExists(guess) ? 'windows-1252' : guess;
};

/** Refuses a text by its beginning. @throws FILE_IS_BINARY, FILE_EMPTY */
export const assertReadable = (text: string): void => {
  const head = text.slice(0, 10_000);
  const controls = head.match(/(?![\t-\r])\p{Cc}/gu)?.length ?? 0;
  if (controls > head.length * 0.01) throw refuse('FILE_IS_BINARY', 'This is no text; save the table as CSV.');
  if (head.trim() === '') throw refuse('FILE_EMPTY', 'The file holds nothing.');
};

const delimiters = [',', ';', '\t', '|'] as const;

/** The first line, quoted line ends included, without reading further. */
const firstLine = (text: string): string => {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '\n' || letter === '\r')) return text.slice(0, at);
  }
  return text;
};

const count = (line: string, delimiter: string): number => {
  let quoted = false;
  let found = 0;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === delimiter) found += 1;
  }
  return found;
};

/** What separates the cells: the sign that the lines have equally many of. A table of one column has a comma. */
export const delimiterOf = (text: string): string => {
  const lines = text
    .slice(0, 50_000)
    .split(/\r\n?|\n/, 20)
    .filter((line) => line !== '');
  const scores = delimiters.map((delimiter) => {
    const counts = lines.map((line) => count(line, delimiter));
    const first = counts[0] ?? 0;
    const equal = counts.filter((each) => each === first).length / Math.max(1, counts.length);
    return { delimiter, score: first === 0 ? 0 : equal * 1000 + Math.min(first, 500) };
  });
  return scores.reduce((best, each) => (each.score > best.score ? each : best)).delimiter;
};

/** How a table is to be read where it is not to be guessed. */
export type CsvOptions = { readonly delimiter?: string; readonly hasHeader?: boolean };

/** Refuses a table by its first line, before it is cut into cells. @throws TOO_MANY_COLUMNS */
export const assertWidth = (text: string, delimiter: string): void => {
  const width = count(firstLine(text), delimiter) + 1;
  if (width > csvLimits.columns)
    throw refuse(
      'TOO_MANY_COLUMNS',
      `A table has at most ${String(csvLimits.columns)} columns; this one has ${String(width)}.`,
    );
};

type Known = Pick<TableHead, 'encoding' | 'delimiter'> & Pick<CsvOptions, 'hasHeader'>;

/** What the first record says of a table. */
export const headFrom = (first: readonly string[], { encoding, delimiter, ...options }: Known): TableHead => {
  const hasHeader = options.hasHeader ?? looksLikeHeader(first);
  return { encoding, delimiter, hasHeader, columns: columnNames(first, hasHeader) };
};

/** A record with as many cells as there are columns. */
export const fitted = (cells: readonly string[], width: number): readonly string[] => {
  if (cells.length === width) return cells;
  return Array.from({ length: width }, (_, index) => cells[index] ?? '');
};

const isData = (cell: string): boolean =>
  /^[-+]?[\d.,/:% $€-]*\d[\d.,/:% $€-]*$/.test(cell.trim()) || cell.includes('@');

/** A header names every column differently, and not by numbers or addresses. */
const looksLikeHeader = (first: readonly string[]): boolean => {
  const names = first.map((cell) => cell.trim().toLowerCase());
  const named = names.filter((name) => name !== '');
  return named.length > names.length / 2 && new Set(named).size === named.length && !named.some(isData);
};

const columnNames = (first: readonly string[], hasHeader: boolean): readonly string[] => {
  const seen = new Map<string, number>();
  return first.map((cell, index) => {
    const name = (hasHeader && cell.trim().slice(0, 200)) || `Column ${String(index + 1)}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${String(times)})`;
  });
};

const risky = /^[=+\-@\t\r]/;

/** A cell as it is written: one that a spreadsheet would run gets a quote before it. */
export const writtenCell = (value: string): string => {
  const safe = risky.test(value) ? `'${value}` : value;
  return /[",;\n\r\t|]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A cell as it was before it was written so. */
export const readCell = (value: string): string => (/^'[=+\-@\t\r]/.test(value) ? value.slice(1) : value).trim();

/** Rows as CSV: UTF-8 with its mark, so that spreadsheets read it right. */
export const writeTable = (rows: readonly (readonly string[])[], delimiter = ','): string =>
  `\uFEFF${rows.map((cells) => cells.map(writtenCell).join(delimiter)).join('\r\n')}\r\n`;
