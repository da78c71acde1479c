import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#kernel';
import { workbookOf } from '#test/support/workbooks';
import { rowsOfWorkbook } from './workbook.rules.ts';

const refusal = (bytes: Uint8Array): string => {
  try {
    rowsOfWorkbook(bytes);
    return 'nothing was refused';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

describe('reading a workbook', () => {
  it('reads texts, numbers, days, truths and the values of formulas', () => {
    const rows = rowsOfWorkbook(
      workbookOf([
        ['nombre', 'ruc', 'monto', 'fecha', 'activo', 'total'],
        ['Ñandú & Cía. <1>', '0012345', 1234.56 + 2e-13, { day: 45_000 }, true, { formula: 'C2*2', value: 2469.12 }],
        [],
        [undefined, undefined, 1e21, { day: 45_000.5 }, false, 0.1],
      ]),
    );
    expect(rows).toEqual([
      ['nombre', 'ruc', 'monto', 'fecha', 'activo', 'total'],
      ['Ñandú & Cía. <1>', '0012345', '1234.56', '2023-03-15', 'TRUE', '2469.12'],
      [],
      ['', '', '1e+21', '2023-03-15T12:00:00', 'FALSE', '0.1'],
    ]);
  });

  it('reads rich and inline texts, hidden first sheets, names with prefixes and days since 1904', () => {
    const parts = {
      'xl/workbook.xml': strToU8(
        '<x:workbook xmlns:r="r" xmlns:x="x"><x:workbookPr date1904="1"/><x:sheets><x:sheet state="hidden" r:id="rId9"/><x:sheet r:id="rId1"/></x:sheets></x:workbook>',
      ),
      'xl/sharedStrings.xml': strToU8('<sst><si><r><t>Ana </t></r><r><t>Vega</t></r><rPh><t>zzz</t></rPh></si></sst>'),
      'xl/worksheets/sheet1.xml': strToU8(
        '<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>inline</t></is></c><c s="1"><v>43538</v></c><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>',
      ),
    };
    expect(rowsOfWorkbook(workbookOf([], parts))).toEqual([['Ana Vega', 'inline', '2023-03-15']]);
  });

  it('refuses what is no workbook, is cut off, or becomes too large', () => {
    const book = workbookOf([['a'], ['b']]);
    expect(refusal(zipSync({ 'a.txt': strToU8('a') }))).toBe('FILE_MALFORMED');
    expect(refusal(book.slice(0, 300))).toBe('FILE_MALFORMED');
    expect(refusal(workbookOf([], { 'xl/worksheets/sheet1.xml': strToU8('<worksheet><row>') }))).toBe('FILE_MALFORMED');
    expect(
      refusal(
        workbookOf([], { 'xl/worksheets/sheet1.xml': strToU8('<w><row r="1"><c r="ZZZ1"><v>1</v></c></row></w>') }),
      ),
    ).toBe('TOO_MANY_COLUMNS');
    expect(refusal(workbookOf([], { 'xl/worksheets/sheet1.xml': strToU8('<w><row r="1048576"/></w>') }))).toBe(
      'TOO_MANY_ROWS',
    );
  });

  it('stops at 100 MiB unpacked, whatever the archive says of itself', () => {
    const bomb = workbookOf([], {
      'xl/sharedStrings.xml': [new Uint8Array(101 * 1024 * 1024).fill(0x20), { level: 1 }],
    });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect(refusal(bomb)).toBe('FILE_TOO_LARGE');
  });

  it('does not expand entities of its own', () => {
    const laughs = '<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>';
    expect(refusal(workbookOf([['a']], { 'xl/sharedStrings.xml': strToU8(laughs) }))).toBe('FILE_MALFORMED');
  });
});
