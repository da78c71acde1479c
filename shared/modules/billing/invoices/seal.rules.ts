// The seal of an issued document: what it says, and the seal of the document before it, as one hash. Whoever changes a document,
// takes one out or swaps two breaks every seal from there on.
import { createHash } from 'node:crypto';
import type { CreditNoteRow } from './credit-note.entity.ts';
import type { InvoiceRow } from './invoice.entity.ts';

/** What the first document of a series follows. */
export const noSeal = '0'.repeat(64);

// References that follow merged records are not sealed, nor what is paid of it.
const common = ['series', 'chainIndex', 'number', 'issuedOn', 'buyer', 'currency', 'notes', 'totals', 'total'] as const;
const ofInvoices = ['kind', 'dueOn', 'reference', 'deductions'] as const;
const ofCreditNotes = ['type', 'reason', 'invoiceNumber', 'invoiceIssuedOn'] as const;
const ofLines = [
  ...['key', 'invoiceLine', 'code', 'description', 'note', 'quantity', 'unit', 'unitPrice'],
  ...['gross', 'discount', 'net', 'headerDiscount', 'base', 'taxes', 'tax', 'total'],
] as const;

/** What of a document is sealed, as canonical JSON: keys in order, nothing that is absent. */
export const sealedContent = (document: InvoiceRow | CreditNoteRow): string => {
  const own = 'kind' in document ? ofInvoices : ofCreditNotes;
  const lines = document.lines.map((line) => picked(line, ofLines));
  return canonical({ ...picked(document, [...common, ...own]), lines });
};

/** The seal of a document behind the one with the seal `previous`. */
export const sealOf = (document: InvoiceRow | CreditNoteRow, previous: string): string =>
  createHash('sha256')
    .update(`${previous}\n${sealedContent(document)}`)
    .digest('hex');

const picked = (from: object, names: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));

const canonical = (value: unknown): string => JSON.stringify(inOrder(value));

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, inOrder(inner)]),
  );
};

/** What is wrong with a place in a chain. */
export const chainProblems = ['CHANGED', 'REMOVED', 'REORDERED'] as const;
/** What is wrong with a place in a chain. */
export type ChainProblem = (typeof chainProblems)[number];

/** What stands at a place, and what stood before it. */
export type ChainPlace = {
  readonly place: number;
  readonly document: InvoiceRow | CreditNoteRow | undefined;
  readonly before: InvoiceRow | CreditNoteRow | undefined;
};

/** What is wrong at a place: nobody is there, it does not follow the one before it, or its content is not what was sealed. */
export const problemAt = ({ place, document, before }: ChainPlace): ChainProblem | undefined => {
  if (!document || (document.status !== 'ISSUED' && document.status !== 'VOIDED')) return 'REMOVED';
  const { chainIndex, previousHash = '', hash } = document;
  if (chainIndex !== place || (before && before.hash !== previousHash)) return 'REORDERED';
  return sealOf(document, previousHash) === hash ? undefined : 'CHANGED';
};
