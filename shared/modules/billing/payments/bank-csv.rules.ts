import { DomainError } from '#kernel';
import { dateOf, decimalOf } from '#modules/platform/imports';
import { refuseFile, type BankEntry, type BankReport } from './bank-entry.rules.ts';

/** What a column of a bank's table may hold. */
const columnWords = {
  date: ['fecha', 'fecha contable', 'fecha operacion', 'fecha valor', 'date', 'booking date', 'value date'],
  amount: ['importe', 'monto', 'valor', 'amount', 'credito', 'creditos', 'haber', 'abono', 'credit'],
  reference: ['concepto', 'referencia', 'descripcion', 'detalle', 'reference', 'description', 'details', 'remittance'],
  payer: ['ordenante', 'pagador', 'cliente', 'nombre', 'payer', 'debtor', 'name', 'counterparty'],
  bankReference: ['documento', 'comprobante', 'numero', 'nro documento', 'no. documento', 'transaction id', 'id'],
  currency: ['moneda', 'divisa', 'currency'],
} as const;
type Column = keyof typeof columnWords;

/** What the columns are called, where the file's own names do not say. */
export type BankColumns = { readonly [Name in Column]?: string };

const plain = (heading: string): string =>
  heading
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9. ]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

const placeOf = (headings: readonly string[], column: Column, told: string | undefined): number => {
  if (told !== undefined) return headings.indexOf(plain(told));
  return columnWords[column].map((word) => headings.indexOf(word)).find((place) => place >= 0) ?? -1;
};

/** What came in, of a bank's table. Entries of nothing, or of what went out, are counted as others. @throws FILE_MALFORMED */
export const readBankTable = (
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  told: BankColumns,
  currency: string,
): BankReport => {
  const headings = columns.map(plain);
  const places = Object.fromEntries(
    (Object.keys(columnWords) as Column[]).map((column) => [column, placeOf(headings, column, told[column])]),
  ) as Readonly<Record<Column, number>>;
  for (const column of ['date', 'amount'] as const)
    if (places[column] < 0) throw refuseFile(`Say which column is the ${column}; there are ${columns.join(', ')}.`);
  const entries = rows.flatMap((cells, index) => {
    const of = (column: Column): string => (cells[places[column]] ?? '').trim();
    return of('date') === '' && of('amount') === '' ? [] : [entryOf(of, currency, index)];
  });
  const credits = entries.filter(({ amount }) => Number(amount) > 0);
  return { entries: credits, others: entries.length - credits.length };
};

const entryOf = (of: (column: Column) => string, currency: string, index: number): BankEntry => {
  try {
    const amount = of('amount').replaceAll(/[^\d.,\s'’+-]/g, '');
    const [payer, bankReference] = [of('payer'), of('bankReference')];
    return {
      bookedOn: dateOf(of('date'), {}),
      amount: amount.trim() === '' ? '0' : decimalOf(amount, {}).replace(/^\+/, ''),
      currency: of('currency').toUpperCase() || currency,
      reference: of('reference'),
      ...(payer !== '' && { payer }),
      ...(bankReference !== '' && { bankReference }),
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw refuseFile(`Row ${String(index + 1)}: ${error.message}`);
  }
};
