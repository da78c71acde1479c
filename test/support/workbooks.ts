// Excel workbooks for tests, made of their parts.
import { strToU8, zipSync, type Zippable } from 'fflate';

/** A cell: a text, a number, a day (by its serial number), a truth, or the value of a formula. */
export type Cell =
  | string
  | number
  | boolean
  | { readonly day: number }
  | { readonly formula: string; readonly value: number }
  | undefined;

const letters = (column: number): string =>
  column < 26 ? String.fromCharCode(65 + column) : `${letters(Math.floor(column / 26) - 1)}${letters(column % 26)}`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A workbook of one sheet, in the form that Excel writes; parts can be replaced. */
export const workbookOf = (rows: readonly (readonly Cell[])[], parts: Zippable = {}): Uint8Array => {
  const shared = new Map<string, number>();
  const cell = (value: Cell, reference: string): string => {
    if (value === undefined) return '';
    if (typeof value === 'number') return `<c r="${reference}"><v>${String(value)}</v></c>`;
    if (typeof value === 'boolean') return `<c r="${reference}" t="b"><v>${value ? '1' : '0'}</v></c>`;
    if (typeof value === 'string') {
      const index = shared.get(value) ?? shared.size;
      shared.set(value, index);
      return `<c r="${reference}" t="s"><v>${String(index)}</v></c>`;
    }
    if ('day' in value) return `<c r="${reference}" s="1"><v>${String(value.day)}</v></c>`;
    return `<c r="${reference}"><f>${value.formula}</f><v>${String(value.value)}</v></c>`;
  };
  const lines = rows.map((values, row) => {
    const cells = values.map((value, column) => cell(value, `${letters(column)}${String(row + 1)}`)).join('');
    return `<row r="${String(row + 1)}">${cells}</row>`;
  });
  const sheet = `<worksheet><sheetData>${lines.join('')}</sheetData></worksheet>`;
  const strings = [...shared.keys()].map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('');
  return zipSync({
    '[Content_Types].xml': strToU8('<Types/>'),
    'xl/workbook.xml': strToU8(
      '<workbook><sheets><sheet name="Hoja1" sheetId="1" r:id="rId1" xmlns:r="r"/></sheets></workbook>',
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
    'xl/worksheets/sheet1.xml': strToU8(sheet),
    'xl/styles.xml': strToU8(
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    ),
    'xl/sharedStrings.xml': strToU8(`<sst>${strings}</sst>`),
    ...parts,
  });
};
