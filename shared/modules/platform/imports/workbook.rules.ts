import { Unzip, UnzipInflate } from 'fflate';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { DomainError } from '#kernel';
import { csvLimits } from './csv.rules.ts';
import { cellText, isDateFormat, isDateNumber, type CellKind } from './workbook-cells.rules.ts';

/** What a workbook may have unpacked: a small file that holds more is a trap. */
const mostUnpacked = 100 * 1024 * 1024;
/** Bytes that are unpacked at a time; they may become a thousand times as many. */
const step = 16 * 1024;

const refuse = (code: string, message: string): DomainError => new DomainError(code, message, ['file']);

/** The rows of the first sheet as texts: numbers and days in plain form, formulas as their values. @throws FILE_MALFORMED, FILE_TOO_LARGE, TOO_MANY_ROWS, TOO_MANY_COLUMNS */
export const rowsOfWorkbook = (bytes: Uint8Array): readonly (readonly string[])[] => {
  const unpacked = { bytes: 0 };
  const part = (name: string): Iterable<string> => partOf(bytes, name, unpacked);
  try {
    const { sheet, is1904 } = firstSheet(part);
    const context = {
      shared: sharedStrings(part('xl/sharedStrings.xml')),
      dates: dateStylesOf(part('xl/styles.xml')),
      is1904,
    };
    return rowsOf(part(sheet), context);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw refuse('FILE_MALFORMED', 'This is no Excel workbook that can be read; save it again, or as CSV.');
  }
};

/** A part of the archive as text, piece by piece, so that only a piece is in memory; nothing when it is not there. */
function* partOf(bytes: Uint8Array, wanted: string, unpacked: { bytes: number }): Iterable<string> {
  const decoder = new TextDecoder();
  const pieces: Uint8Array[] = [];
  const unzip = new Unzip((file) => {
    if (file.name !== wanted) return;
    file.ondata = (error, piece) => {
      if (error) throw error;
      unpacked.bytes += piece.length;
      if (unpacked.bytes > mostUnpacked)
        throw refuse('FILE_TOO_LARGE', 'Unpacked, the workbook has more than 100 MiB.');
      pieces.push(piece);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < bytes.length; at += step) {
    unzip.push(bytes.subarray(at, at + step), at + step >= bytes.length);
    for (const piece of pieces.splice(0)) yield decoder.decode(piece, { stream: true });
  }
}

type Tags = {
  readonly open?: (tag: SaxesTagPlain) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
};

/** Goes through a part; names are without their prefix. Entities of one's own are not expanded. */
const walk = (pieces: Iterable<string>, { open, text, close }: Tags): void => {
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => open?.({ ...tag, name: bare(tag.name) }));
  parser.on('closetag', (tag) => close?.(bare(tag.name)));
  if (text) parser.on('text', text);
  let isThere = false;
  for (const piece of pieces) {
    isThere = true;
    parser.write(piece);
  }
  // A part that is not there says nothing; one that is cut off is refused.
  if (isThere) parser.close();
};

const bare = (name: string): string => name.slice(name.indexOf(':') + 1);

const firstSheet = (part: (name: string) => Iterable<string>): { readonly sheet: string; readonly is1904: boolean } => {
  let relation = '';
  let is1904 = false;
  walk(part('xl/workbook.xml'), {
    open: ({ name, attributes }) => {
      if (name === 'workbookPr') is1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      if (name === 'sheet' && relation === '' && attributes['state'] === undefined) relation = attributes['r:id'] ?? '';
    },
  });
  let target = '';
  walk(part('xl/_rels/workbook.xml.rels'), {
    open: ({ attributes }) => {
      if (attributes['Id'] === relation) target = attributes['Target'] ?? '';
    },
  });
  if (target === '') throw new Error('There is no sheet.');
  return { sheet: target.startsWith('/') ? target.slice(1) : `xl/${target}`, is1904 };
};

/** Texts that cells refer to by number; readings of Japanese words (rPh) are none of them. */
const sharedStrings = (pieces: Iterable<string>): readonly string[] => {
  const found: string[] = [];
  let phonetic = false;
  let isText = false;
  walk(pieces, {
    open: ({ name }) => {
      if (name === 'si') found.push('');
      if (name === 'rPh') phonetic = true;
      isText = name === 't' && !phonetic;
    },
    text: (text) => {
      if (isText) found[found.length - 1] = `${found.at(-1) ?? ''}${text}`;
    },
    close: (name) => {
      if (name === 'rPh') phonetic = false;
      isText = false;
    },
  });
  return found;
};

/** The styles whose numbers are days, by their place. */
const dateStylesOf = (pieces: Iterable<string>): ReadonlySet<number> => {
  const formats = new Map<number, string>();
  const styles: number[] = [];
  let isCell = false;
  walk(pieces, {
    open: ({ name, attributes }) => {
      if (name === 'cellXfs') isCell = true;
      if (name === 'numFmt') formats.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      if (name === 'xf' && isCell) styles.push(Number(attributes['numFmtId'] ?? 0));
    },
    close: (name) => {
      if (name === 'cellXfs') isCell = false;
    },
  });
  return new Set(
    styles.flatMap((id, index) => (isDateNumber(id) || isDateFormat(formats.get(id) ?? '') ? [index] : [])),
  );
};

type SheetContext = {
  readonly shared: readonly string[];
  readonly dates: ReadonlySet<number>;
  readonly is1904: boolean;
};

const rowsOf = (pieces: Iterable<string>, context: SheetContext): readonly (readonly string[])[] => {
  const rows: string[][] = [];
  let at = -1;
  let cell: { kind: CellKind; value: string } | undefined;
  let isValue = false;
  let tags = 0;
  walk(pieces, {
    open: ({ name, attributes }) => {
      tags += 1;
      if (name === 'row') {
        openRow(rows, attributes['r']);
        at = -1;
      } else if (name === 'c') {
        at = columnOf(attributes['r'], at + 1);
        const style = Number(attributes['s'] ?? -1);
        cell = {
          kind: { type: attributes['t'] ?? 'n', isDate: context.dates.has(style), is1904: context.is1904 },
          value: '',
        };
      }
      isValue = name === 'v' || name === 't';
    },
    text: (text) => {
      if (cell && isValue) cell.value += text;
    },
    close: (name) => {
      isValue = false;
      if (name !== 'c' || !cell) return;
      put(rows.at(-1), at, cellText(cell.kind, cell.value, context.shared));
      cell = undefined;
    },
  });
  if (tags === 0) throw new Error('The sheet is not there.');
  while (rows.at(-1)?.every((text) => text === '')) rows.pop();
  return rows;
};

/** Rows that are left out are empty, so that each is where the spreadsheet shows it. */
const openRow = (rows: string[][], reference: string | undefined): void => {
  const number = Number(reference ?? rows.length + 1);
  if (number > csvLimits.rows + 1)
    throw refuse('TOO_MANY_ROWS', `One import takes at most ${String(csvLimits.rows)} rows; split the file.`);
  while (rows.length < number) rows.push([]);
};

/** `AB12` is column 27. */
const columnOf = (reference: string | undefined, next: number): number => {
  const letters = /^[A-Z]+/.exec(reference ?? '')?.[0];
  if (letters === undefined) return next;
  return [...Buffer.from(letters)].reduce((sum, letter) => sum * 26 + letter - 64, 0) - 1;
};

const put = (row: string[] | undefined, at: number, text: string): void => {
  if (!row || text === '') return;
  if (at >= csvLimits.columns)
    throw refuse('TOO_MANY_COLUMNS', `A table has at most ${String(csvLimits.columns)} columns.`);
  while (row.length < at) row.push('');
  row[at] = text.slice(0, csvLimits.cell);
};
