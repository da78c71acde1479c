import { DomainError, moneyOf, money, mutation, optional, ref, type Context, type Money } from '#kernel';
import { Advance, type AdvanceRow } from './advance.entity.ts';
import { deductAdvance, takeAdvance } from './advance.operations.ts';
import { creditDraftFails, draftCreditNote } from './credit-note.operations.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { creditFails, issueCreditNote } from './issue-credit-note.operations.ts';
import { issueFails } from './issue-invoice.operations.ts';
import { applyCreditNote } from './settle.operations.ts';

const reasons = { es: 'Aplicación de anticipo', en: 'Application of advance' } as const;

export const applyAdvance = mutation('applyAdvance', {
  describes:
    'Reduces an invoice by an advance, never by more than is left of it. In Ecuador the invoice is issued in full, and a credit note on the advance is issued and applied to it; elsewhere the draft gets a deduction with the taxes of the advance.',
  needs: 'advance.apply',
  input: {
    advance: ref('Advance', { describes: 'The advance.' }),
    invoice: ref('Invoice', { describes: 'In Ecuador the issued invoice, elsewhere its draft.' }),
    amount: optional(money({ describes: 'How much of it, taxes included; as much as there is when absent.' })),
  },
  returns: Invoice,
  fails: [...new Set([...creditDraftFails, ...creditFails, ...issueFails, 'OVER_SETTLED', 'OTHER_ACCOUNT'])],
  run: async ({ advance: id, invoice: of, amount: asked }, context) => {
    const [advance, invoice] = [await context.data(Advance).get(id), await context.data(Invoice).get(of)];
    if (advance.account !== invoice.account)
      throw new DomainError('OTHER_ACCOUNT', 'The advance is of another account.', ['advance']);
    const byCreditNote = context.actor.country === 'EC';
    const amount = asked ?? mostOf(advance, byCreditNote ? invoice.balance : invoice.total);
    if (amount.currency !== advance.total.currency || amount.currency !== invoice.total.currency)
      throw new DomainError('CURRENCY_MISMATCH', 'Advance and invoice are of one currency.', ['amount']);
    if (amount.minor <= 0) throw new DomainError('OVER_APPLIED', 'Nothing is left to apply.', ['amount']);
    return byCreditNote
      ? creditAdvance(context, advance, invoice, amount)
      : deductAdvance(context, invoice, id, amount);
  },
});

const mostOf = ({ remaining }: AdvanceRow, owed: Money): Money =>
  moneyOf(Math.min(remaining.minor, owed.minor), remaining.currency);

const creditAdvance = async (
  context: Context,
  advance: AdvanceRow,
  invoice: InvoiceRow,
  amount: Money,
): Promise<InvoiceRow> => {
  if (invoice.status !== 'ISSUED')
    throw new DomainError('NOT_ISSUED', 'Issue the invoice first; the advance is credited then.', ['invoice']);
  const draft = await draftCreditNote(context, {
    ...{ invoice: advance.invoice, type: 'ADVANCE_APPLICATION', ask: { total: amount } },
    ...{ reason: reasons[context.actor.locale], isIssuedAtOnce: true },
  });
  const note = await issueCreditNote(context, draft.id);
  await takeAdvance(context, advance.id, { amount, invoice: invoice.id, creditNote: note.id });
  await applyCreditNote(context, note.id, { invoice: invoice.id, amount });
  return context.data(Invoice).get(invoice.id);
};
