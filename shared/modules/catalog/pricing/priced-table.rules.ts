// Priced lines and their totals as a customer reads them on any document, in Spanish or English.
import { negate, subtract, type Money } from '#kernel';
import type { DocumentTable, DocumentValue } from '#modules/platform/pdf';
import type { StoredLine, StoredTotals } from './document-line.entity.ts';

const wordings = {
  es: {
    ...{ code: 'Código', description: 'Descripción', quantity: 'Cant.', price: 'Precio', discount: 'Desc.' },
    ...{ amount: 'Importe', subtotal: 'Subtotal', headerDiscount: 'Descuento', total: 'Total' },
  },
  en: {
    ...{ code: 'Code', description: 'Description', quantity: 'Qty', price: 'Price', discount: 'Disc.' },
    ...{ amount: 'Amount', subtotal: 'Subtotal', headerDiscount: 'Discount', total: 'Total' },
  },
} as const;

type Locale = keyof typeof wordings;
type Words = (typeof wordings)[Locale];

/** What a document shows of a line; those that credit others have no note. */
export type ShownLine = Pick<
  StoredLine,
  'key' | 'code' | 'description' | 'quantity' | 'unit' | 'unitPrice' | 'gross' | 'discount'
> &
  Partial<Pick<StoredLine, 'note'>>;

/** Pictures of lines by their keys: the first stands beside its line. */
export type LinePictures = ReadonlyMap<string, readonly Uint8Array[]>;

/** The table of the lines, without totals. */
export const pricedTable = (
  lines: readonly ShownLine[],
  locale: Locale,
  pictures: LinePictures = new Map(),
): DocumentTable => {
  const isPictured = lines.some(({ key }) => (pictures.get(key) ?? []).length > 0);
  const isReduced = lines.some(({ discount }) => discount.minor > 0);
  return {
    columns: [...(isPictured ? [{ label: '' }] : []), ...columnsOf(wordings[locale], isReduced)],
    rows: lines.map((line) => [
      ...(isPictured ? [pictureOf(pictures.get(line.key))] : []),
      ...cellsOf(line, isReduced),
    ]),
  };
};

const columnsOf = (words: Words, isReduced: boolean): DocumentTable['columns'] => [
  { label: words.code, weight: 1.2 },
  { label: words.description, weight: 4 },
  { label: words.quantity, align: 'right' },
  { label: words.price, align: 'right', weight: 1.3 },
  ...(isReduced ? [{ label: words.discount, align: 'right' as const, weight: 1.2 }] : []),
  { label: words.amount, align: 'right', weight: 1.4 },
];

const cellsOf = (line: ShownLine, isReduced: boolean): readonly DocumentValue[] => [
  line.code ?? '',
  [line.description ?? '', line.note].filter(Boolean).join('\n'),
  [line.quantity, line.unit === 'unit' ? undefined : line.unit].filter(Boolean).join(' '),
  { decimal: line.unitPrice },
  ...(isReduced ? [{ money: line.discount }] : []),
  { money: subtract(line.gross, line.discount) },
];

const pictureOf = ([picture]: readonly Uint8Array[] = []): DocumentValue => (picture ? { picture } : '');

/** What was paid before and is taken off, and what there is to pay after it. */
export type Settled = {
  readonly deductions: readonly { readonly label: string; readonly amount: Money }[];
  readonly total: Money;
};

/** The totals below such a table; `taxNames` calls taxes by their names, by code. */
export const pricedTotals = (
  { gross, lineDiscount, headerDiscount, taxes, total }: StoredTotals,
  locale: Locale,
  taxNames: ReadonlyMap<string, string>,
  settled: Settled = { deductions: [], total },
): NonNullable<DocumentTable['totals']> => {
  const words = wordings[locale];
  return [
    { label: words.subtotal, value: { money: subtract(gross, lineDiscount) } },
    ...(headerDiscount.minor > 0 ? [{ label: words.headerDiscount, value: { money: negate(headerDiscount) } }] : []),
    ...taxes
      .filter(({ amount }) => amount.minor !== 0)
      .map(({ code, amount }) => ({ label: taxNames.get(code) ?? code, value: { money: amount } })),
    ...settled.deductions.map(({ label, amount }) => ({ label, value: { money: negate(amount) } })),
    { label: words.total, value: { money: settled.total }, isTotal: true },
  ];
};
