// How other modules settle invoices: by deltas, in the caller's write, never more than is owed.
import { add, DomainError, mutation, negate, recordInput, text, type Context, type Money } from '#kernel';
import { CreditNote, type CreditNoteRow } from './credit-note.entity.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { changedSettlement, type SettlementChange } from './invoice.rules.ts';

/**
 * Changes what of an issued invoice is paid, credited or written off, by deltas that may be negative. Part of the caller's write.
 * @throws NOT_ISSUED, OVER_SETTLED, CURRENCY_MISMATCH
 */
export const settleInvoice = async (
  { trusted }: Context,
  id: string,
  change: SettlementChange,
): Promise<InvoiceRow> => {
  const invoice = await trusted(Invoice).get(id);
  if (invoice.status !== 'ISSUED')
    throw new DomainError('NOT_ISSUED', `An invoice that is ${invoice.status} owes nothing.`, ['invoice']);
  const after = changedSettlement(invoice, change);
  return trusted(Invoice).update(invoice, after, { evenFrozen: true, event: 'invoice.settled' });
};

/**
 * Takes of what is open of a credit note: for an invoice, or for a refund when none is named. Negative amounts put it back.
 * Part of the caller's write. @throws NOT_ISSUED, OVER_APPLIED, OTHER_ACCOUNT, OVER_SETTLED, CURRENCY_MISMATCH
 */
export const applyCreditNote = async (
  context: Context,
  id: string,
  { invoice, amount }: { readonly invoice?: string; readonly amount: Money },
): Promise<CreditNoteRow> => {
  const note = await context.trusted(CreditNote).get(id);
  if (note.status !== 'ISSUED')
    throw new DomainError('NOT_ISSUED', `A credit note that is ${note.status} credits nothing.`, ['creditNote']);
  if (invoice !== undefined) await reduce(context, note, invoice, amount);
  const open = add(note.open, negate(amount));
  if (open.minor < 0 || open.minor > note.total.minor)
    throw new DomainError('OVER_APPLIED', 'No more than is open of the credit note can be applied.', ['amount']);
  const application = { amount, on: context.clock.today(), ...(invoice !== undefined && { invoice }) };
  return context
    .trusted(CreditNote)
    .update(
      note,
      { open, applications: [...note.applications, application] },
      { evenFrozen: true, event: 'creditNote.applied' },
    );
};

const reduce = async (context: Context, note: CreditNoteRow, id: string, amount: Money): Promise<void> => {
  const { account } = await settleInvoice(context, id, { credited: amount });
  if (account !== note.account)
    throw new DomainError('OTHER_ACCOUNT', 'The credit note is of another account.', ['invoice']);
};

/** Marks an issued invoice as contested, or no longer. Part of the caller's write. @throws NOT_ISSUED */
export const setDisputed = async ({ data }: Context, id: string, reason: string | undefined): Promise<InvoiceRow> => {
  const invoice = await data(Invoice).get(id);
  if (invoice.status !== 'ISSUED')
    throw new DomainError('NOT_ISSUED', `An invoice that is ${invoice.status} cannot be contested.`, ['id']);
  return data(Invoice).update(
    invoice,
    { disputed: reason !== undefined, disputeReason: reason ?? null },
    { evenFrozen: true, event: reason === undefined ? 'invoice.undisputed' : 'invoice.disputed' },
  );
};

const target = recordInput('Invoice');

export const disputeInvoice = mutation('disputeInvoice', {
  describes: 'Notes that the customer contests an invoice: it is not dunned until that is settled.',
  needs: 'invoice.dispute',
  input: { ...target, reason: text({ min: 1, max: 500, describes: 'What is contested.' }) },
  returns: Invoice,
  fails: ['NOT_ISSUED'],
  run: ({ id, reason }, context) => setDisputed(context, id, reason),
});

export const endInvoiceDispute = mutation('endInvoiceDispute', {
  describes: 'Notes that an invoice is no longer contested.',
  needs: 'invoice.dispute',
  input: target,
  returns: Invoice,
  fails: ['NOT_ISSUED'],
  run: ({ id }, context) => setDisputed(context, id, undefined),
});
