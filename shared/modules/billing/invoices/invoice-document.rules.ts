// Invoices and credit notes as the customer reads them, in Spanish or English.
import type { Locale } from '#kernel';
import { pricedTable, pricedTotals } from '#modules/catalog/pricing';
import type { DocumentModel, DocumentTable } from '#modules/platform/pdf';
import type { CreditNoteRow } from './credit-note.entity.ts';
import type { InvoiceRow } from './invoice.entity.ts';

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
    deduction: 'Anticipo',
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
    deduction: 'Advance',
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
export const billingDocument = (document: Document, writing: Writing): DocumentModel => {
  const { locale, madeAt } = writing;
  const words = wordings[locale];
  const { buyer, notes } = document;
  return {
    title: titleOf(document, words),
    number: document.number ?? words.draft,
    madeAt,
    facts: factsOf(document, words),
    parties: [{ heading: words.for, name: buyer.name, lines: linesOf([buyer.taxId, buyer.address, buyer.email]) }],
    sections: [
      { table: { ...pricedTable(document.lines, locale), totals: sumsOf(document, writing) } },
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

const sumsOf = (document: Document, { locale, taxNames }: Writing): NonNullable<DocumentTable['totals']> =>
  pricedTotals(document.totals, locale, taxNames, {
    deductions: ('kind' in document ? document.deductions : []).map(({ number, total }) => ({
      label: `${wordings[locale].deduction} ${number}`,
      amount: total,
    })),
    total: document.total,
  });
