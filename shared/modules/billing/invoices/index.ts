import { module } from '#kernel';
import { accountFigures, accountSections, openOnes } from '#modules/parties/accounts';
import { purchaseSources } from '#modules/parties/ranking';
import { privacyKeeps } from '#modules/platform/privacy';
import { tenantDefaults } from '#modules/platform/tenants';
import { Advance } from './advance.entity.ts';
import { applyAdvance } from './apply-advance.operations.ts';
import { CreditNote } from './credit-note.entity.ts';
import { createCreditNote, discardCreditNote } from './credit-note.operations.ts';
import { documentPage } from './document-page.operations.ts';
import { printCreditNote, printInvoice } from './document-paper.operations.ts';
import { DocumentChain, DocumentPlace, IssueQueue } from './document-chain.entity.ts';
import { billingSettings, EmissionPoint } from './emission-point.entity.ts';
import { createEmissionPoint, firstPoint, updateEmissionPoint } from './emission-point.operations.ts';
import { Invoice } from './invoice.entity.ts';
import { followIssued } from './invoice.reactions.ts';
import { invoicedHere, keptInvoices } from './purchases.rules.ts';
import { createInvoice, discardInvoice, billDirectly, updateInvoice } from './invoice.operations.ts';
import { owedFigure } from './owed.rules.ts';
import { createInvoiceFromOrder, createInvoiceFromQuote } from './invoice-from.operations.ts';
import { issueCreditNoteOperation, issueInvoiceOperation } from './issue.operations.ts';
import { issueWaiting } from './issue-queue.jobs.ts';
import { invoiceTemplates } from './mail-templates.rules.ts';
import { sendCreditNote, sendInvoice } from './send-document.operations.ts';
import { redraftInvoice } from './redraft-invoice.operations.ts';
import { disputeInvoice, endInvoiceDispute } from './settle.operations.ts';
import { documentSeries, verifyDocuments } from './verify-documents.operations.ts';
import { voidInvoice } from './void-invoice.operations.ts';

/** Money is given back by those who answer for it; who helps customers reads. */
const grants = [
  { roles: ['seller'], withholds: ['creditNote.issue', 'advance.apply', 'invoice.verify'] },
  {
    roles: ['support'],
    entities: { Invoice: { read: 'all' }, CreditNote: { read: 'all' }, Advance: { read: 'all' } },
    withholds: ['invoice.create', 'invoice.update', 'invoice.discard', 'invoice.issue', 'creditNote.create'],
  },
  { roles: ['support'], withholds: ['creditNote.discard', 'creditNote.issue', 'advance.apply', 'invoice.verify'] },
] as const;

/** Invoices, credit notes and advances: numbers without gaps, documents that never change, and proof of both. */
export const invoices = module('billing/invoices', {
  entities: [EmissionPoint, DocumentChain, DocumentPlace, IssueQueue, Invoice, CreditNote, Advance],
  extensions: [{ of: 'Tenant', fields: billingSettings }],
  operations: [
    ...[createEmissionPoint, updateEmissionPoint],
    ...[createInvoice, createInvoiceFromQuote, createInvoiceFromOrder, billDirectly, updateInvoice, discardInvoice],
    ...[issueInvoiceOperation, voidInvoice, redraftInvoice, disputeInvoice, endInvoiceDispute],
    ...[createCreditNote, discardCreditNote, issueCreditNoteOperation, applyAdvance],
    ...[printInvoice, printCreditNote, sendInvoice, sendCreditNote, documentSeries, verifyDocuments],
  ],
  jobs: [issueWaiting],
  reactions: [followIssued],
  pages: [documentPage],
  contributes: {
    [tenantDefaults]: [firstPoint],
    [accountSections]: [
      openOnes(Invoice, 'invoices', 'Drafts, and invoices of which something is owed; the newest first.', 20),
      openOnes(CreditNote, 'creditNotes', 'Drafts, and credit notes of which something is left.', 5),
    ],
    [accountFigures]: [owedFigure],
    'mail-templates': invoiceTemplates,
    [privacyKeeps]: keptInvoices,
    [purchaseSources]: [invoicedHere],
    'role-grants': grants,
  },
});
export { Advance, type AdvanceRow } from './advance.entity.ts';
export type { Buyer } from './buyer.entity.ts';
export { CreditNote, creditNoteTypes, type CreditNoteLine, type CreditNoteRow } from './credit-note.entity.ts';
export type { CreditAsk } from './credit-lines.rules.ts';
export { creditDraftFails, draftCreditNote, type CreditDraft } from './credit-note.operations.ts';
export { draftFails, draftInvoice, type InvoiceDraft, type InvoiceLineInput } from './draft-invoice.operations.ts';
export { BillingTenant, EmissionPoint, type EmissionPointRow } from './emission-point.entity.ts';
export { Invoice, type InvoiceLine, type InvoiceRow } from './invoice.entity.ts';
export { discardDraft } from './invoice.operations.ts';
export { creditFails, issueCreditNote } from './issue-credit-note.operations.ts';
export { issueFails, issueInvoice } from './issue-invoice.operations.ts';
export { documentsIssuing, type DocumentIssuing } from './issuing-point.rules.ts';
export { mailInvoice, type MailHow } from './send-document.operations.ts';
export { applyCreditNote, setDisputed, settleInvoice } from './settle.operations.ts';
export { yearsKept } from './purchases.rules.ts';
export { noteDeliveries } from './sources.operations.ts';
export { voidIssued } from './void-invoice.operations.ts';
