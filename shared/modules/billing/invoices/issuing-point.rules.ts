import type { Context } from '#kernel';
import type { CreditNoteRow } from './credit-note.entity.ts';
import type { InvoiceRow } from './invoice.entity.ts';

/** The extension point for what must be written together with the issue of an invoice or a credit note. */
export const documentsIssuing = 'documents.issuing';

/**
 * What another module does inside the write that issues: it sees the document with number, day and seal. What it throws
 * keeps the document from being issued.
 */
export type DocumentIssuing = {
  readonly name: string;
  run(context: Context, document: InvoiceRow | CreditNoteRow): Promise<void>;
};
