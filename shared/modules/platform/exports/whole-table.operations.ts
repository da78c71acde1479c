import { writeTable } from '#modules/platform/imports';

/** The kinds of table, with what they are called on the way. */
export const tableTypes = {
  CSV: 'text/csv',
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** A table that fits into memory, as a file. What a spreadsheet would run is text in both kinds. */
export const wholeTable = async (
  format: keyof typeof tableTypes,
  rows: readonly (readonly string[])[],
): Promise<Uint8Array> => {
  if (format === 'CSV') return Buffer.from(writeTable(rows));
  const { openWorkbook } = await import('./write-workbook.rules.ts');
  const workbook = openWorkbook();
  workbook.add(rows);
  return workbook.end();
};
