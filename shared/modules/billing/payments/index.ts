import { module } from '#kernel';
import { accountEntries } from './account-entries.projections.ts';
import { accountStatement, sendAccountStatement } from './account-statement.operations.ts';
import { ageing, receivables } from './ageing.operations.ts';
import { noteCreditNotes } from './credit-note.reactions.ts';
import { refundCreditNote, useCreditNote } from './credit.operations.ts';
import { BankLine, BankPayer, BankStatement } from './bank-statement.entity.ts';
import { confirmBankLine, ignoreBankLine, takeBankStatement, takeBankLines } from './bank-statement.operations.ts';
import { InvoiceSettlement } from './invoice-settlement.entity.ts';
import { paymentTemplates } from './mail-templates.rules.ts';
import { creditedByDay, invoicedByDay, openInvoices, paidByDay, settledByDay } from './open-items.projections.ts';
import { Payment } from './payment.entity.ts';
import { applyPayment, receivePayment, refundPayment, reversePayment, unapplyPayment } from './payment.operations.ts';
import { paymentGrants } from './role-grants.rules.ts';
import { WriteOff } from './write-off.entity.ts';
import { requestWriteOff, takeWriteOffApproval } from './write-off.operations.ts';

/** Payments: what came in, which invoices it settles, and what is still owed on any day. */
export const payments = module('billing/payments', {
  entities: [Payment, InvoiceSettlement, WriteOff, BankStatement, BankLine, BankPayer],
  operations: [
    receivePayment,
    applyPayment,
    unapplyPayment,
    reversePayment,
    refundPayment,
    useCreditNote,
    refundCreditNote,
    requestWriteOff,
    takeBankStatement,
    confirmBankLine,
    ignoreBankLine,
    ageing,
    receivables,
    accountStatement,
    sendAccountStatement,
  ],
  jobs: [takeBankLines],
  reactions: [noteCreditNotes, takeWriteOffApproval],
  projections: [openInvoices, accountEntries],
  rollups: [invoicedByDay, settledByDay, paidByDay, creditedByDay],
  contributes: { 'mail-templates': paymentTemplates, 'role-grants': paymentGrants },
});
export { seesOf } from './account-reach.rules.ts';
export { ageingFields, ageingOf, inMoney } from './ageing.operations.ts';
export { ageingAt } from './ageing.rules.ts';
export { buckets, type Ageing, type Bucket } from './ageing.rules.ts';
export { percentage } from './figures.rules.ts';
export { InvoiceSettlement, type InvoiceSettlementRow } from './invoice-settlement.entity.ts';
export { readDebtors, readOpenItems, type Debit } from './open-items.operations.ts';
export { Payment, type PaymentRow } from './payment.entity.ts';
export { WriteOff, type WriteOffRow } from './write-off.entity.ts';
