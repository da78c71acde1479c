import { module } from '#kernel';
import { Advance } from './advance.entity.ts';
import { CreditNote } from './credit-note.entity.ts';
import { DocumentChain, IssueQueue } from './document-chain.entity.ts';
import { billingSettings, EmissionPoint } from './emission-point.entity.ts';
import { Invoice } from './invoice.entity.ts';
import { disputeInvoice, endInvoiceDispute } from './settle.operations.ts';

/** Invoices, credit notes and advances: numbers without gaps, documents that never change, and proof of both. */
export const invoices = module('billing/invoices', {
  entities: [EmissionPoint, DocumentChain, IssueQueue, Invoice, CreditNote, Advance],
  extensions: [{ of: 'Tenant', fields: billingSettings }],
  operations: [disputeInvoice, endInvoiceDispute],
});
export { Advance, type AdvanceRow } from './advance.entity.ts';
export type { Buyer } from './buyer.entity.ts';
export { CreditNote, creditNoteTypes, type CreditNoteLine, type CreditNoteRow } from './credit-note.entity.ts';
export { BillingTenant, EmissionPoint, type EmissionPointRow } from './emission-point.entity.ts';
export { Invoice, type InvoiceLine, type InvoiceRow } from './invoice.entity.ts';
export { documentsIssuing, type DocumentIssuing } from './issuing-point.rules.ts';
export { applyCreditNote, setDisputed, settleInvoice } from './settle.operations.ts';
