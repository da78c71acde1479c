// Invoices and credit notes as the customer reads them, in Spanish or English.
import { negate, subtract, type Money } from '#kernel';
import type { StoredTotals } from '#modules/catalog/pricing';
import type { DocumentModel, DocumentTable, DocumentValue } from '#modules/platform/pdf';
import type { CreditNoteRow } from './credit-note.entity.ts';
import type { InvoiceRow } from './invoice.entity.ts';

/** The languages of documents. */
export type Locale = 'es' | 'en';

const wordings = {
  es: {
    invoice: 'Factura',
    advance: 'Factura de anticipo',
    creditNote: 'Nota de crédito',
    draft: 'Borrador',
    voided: 'ANULADA',
    date: 'Fecha',
    due: 'Vencimiento',
    reference: 'Su referencia',
    credits: 'Modifica la factura',
    reason: 'Motivo',
    for: 'Cliente',
    code: 'Código',
    description: 'Descripción',
    quantity: 'Cant.',
    price: 'Precio',
    discount: 'Desc.',
    amount: 'Importe',
    subtotal: 'Subtotal',
    headerDiscount: 'Descuento',
    deduction: 'Anticipo',
    total: 'Total',
    notes: 'Observaciones',
  },
  en: {
    invoice: 'Invoice',
    advance: 'Advance invoice',
    creditNote: 'Credit note',
    draft: 'Draft',
    voided: 'VOID',
    date: 'Date',
    due: 'Due',
    reference: 'Your reference',
    credits: 'Credits invoice',
    reason: 'Reason',
    for: 'Customer',
    code: 'Code',
    description: 'Description',
    quantity: 'Qty',
    price: 'Price',
    discount: 'Disc.',
    amount: 'Amount',
    subtotal: 'Subtotal',
    headerDiscount: 'Discount',
    deduction: 'Advance',
    total: 'Total',
    notes: 'Notes',
  },
} as const;

/** How a document is written. `taxNames` calls taxes by their names, by code. */
export type Writing = {
  readonly locale: Locale;
  readonly madeAt: string;
  readonly taxNames: ReadonlyMap<string, string>;
};

type Words = (typeof wordings)[Locale];
type Document = InvoiceRow | CreditNoteRow;

/** The document of an invoice or a credit note. */
export const billingDocument = (document: Document, { locale, madeAt, taxNames }: Writing): DocumentModel => {
  const words = wordings[locale];
  const { buyer, notes } = document;
  return {
    title: titleOf(document, words),
    number: document.number ?? words.draft,
    madeAt,
    facts: factsOf(document, words),
    parties: [{ heading: words.for, name: buyer.name, lines: linesOf([buyer.taxId, buyer.address, buyer.email]) }],
    sections: [
      { table: { ...tableOf(document, words), totals: sumsOf(document, words, taxNames) } },
      ...(notes === undefined ? [] : [{ heading: words.notes, text: notes }]),
    ],
  };
};

const linesOf = (lines: readonly (string | undefined)[]): readonly string[] =>
  lines.flatMap((line) => (line === undefined || line === '' ? [] : [line]));

const titleOf = (document: Document, words: Words): string => {
  if (!('kind' in document)) return words.creditNote;
  const title = document.kind === 'ADVANCE' ? words.advance : words.invoice;
  return document.status === 'VOIDED' ? `${title} (${words.voided})` : title;
};

const factsOf = (document: Document, words: Words): NonNullable<DocumentModel['facts']> => [
  ...dayFact(words.date, document.issuedOn),
  ...('kind' in document
    ? [...dayFact(words.due, document.dueOn), ...fact(words.reference, document.reference)]
    : [...fact(words.credits, document.invoiceNumber), ...fact(words.reason, document.reason)]),
];

const dayFact = (label: string, day: string | undefined) => (day === undefined ? [] : [{ label, value: { day } }]);
const fact = (label: string, value: string | undefined) => (value === undefined ? [] : [{ label, value }]);

type Line = Document['lines'][number];

const tableOf = ({ lines }: Document, words: Words): DocumentTable => {
  const isReduced = lines.some(({ discount }) => discount.minor > 0);
  return {
    columns: [
      { label: words.code, weight: 1.2 },
      { label: words.description, weight: 4 },
      { label: words.quantity, align: 'right' },
      { label: words.price, align: 'right', weight: 1.3 },
      ...(isReduced ? [{ label: words.discount, align: 'right' as const, weight: 1.2 }] : []),
      { label: words.amount, align: 'right', weight: 1.4 },
    ],
    rows: lines.map((line): readonly DocumentValue[] => [
      line.code ?? '',
      [line.description ?? '', 'note' in line ? line.note : undefined].filter(Boolean).join('\n'),
      [line.quantity, line.unit === 'unit' ? undefined : line.unit].filter(Boolean).join(' '),
      { decimal: line.unitPrice },
      ...(isReduced ? [{ money: line.discount }] : []),
      { money: netOf(line) },
    ]),
  };
};

const netOf = ({ gross, discount }: Line): Money => subtract(gross, discount);

const sumsOf = (document: Document, words: Words, taxNames: ReadonlyMap<string, string>) => [
  ...amountsOf(document.totals, words, taxNames),
  ...('kind' in document ? document.deductions : []).map(({ number, total }) => ({
    label: `${words.deduction} ${number}`,
    value: { money: negate(total) },
  })),
  { label: words.total, value: { money: document.total }, isTotal: true },
];

const amountsOf = (totals: StoredTotals, words: Words, taxNames: ReadonlyMap<string, string>) => [
  { label: words.subtotal, value: { money: subtract(totals.gross, totals.lineDiscount) } },
  ...(totals.headerDiscount.minor > 0
    ? [{ label: words.headerDiscount, value: { money: negate(totals.headerDiscount) } }]
    : []),
  ...totals.taxes
    .filter(({ amount }) => amount.minor !== 0)
    .map(({ code, amount }) => ({ label: taxNames.get(code) ?? code, value: { money: amount } })),
];
