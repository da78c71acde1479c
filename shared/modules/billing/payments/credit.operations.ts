// What is open of credit notes: for other invoices of the account, or paid out.
import { money, mutation, ref } from '#kernel';
import { applyCreditNote, CreditNote } from '#modules/billing/invoices';
import { assertPositive } from './settle.operations.ts';

const own = { id: ref('CreditNote', { describes: 'Which one.' }) };
const fails = ['NOT_ISSUED', 'OVER_APPLIED', 'OTHER_ACCOUNT', 'OVER_SETTLED', 'CURRENCY_MISMATCH'] as const;

export const useCreditNote = mutation('useCreditNote', {
  describes: 'Reduces another invoice of the account by what is open of a credit note.',
  needs: 'creditNote.apply',
  input: {
    ...own,
    invoice: ref('Invoice', { describes: 'The invoice.' }),
    amount: money({ describes: 'By how much.' }),
  },
  returns: CreditNote,
  fails,
  run: async ({ id, invoice, amount }, context) => {
    await context.data(CreditNote).get(id);
    assertPositive([{ invoice, amount }]);
    return applyCreditNote(context, id, { invoice, amount });
  },
});

export const refundCreditNote = mutation('refundCreditNote', {
  describes: 'Notes that what is open of a credit note was paid out.',
  needs: 'creditNote.refund',
  input: { ...own, amount: money({ describes: 'How much.' }) },
  returns: CreditNote,
  fails,
  run: async ({ id, amount }, context) => {
    await context.data(CreditNote).get(id);
    assertPositive([{ invoice: '', amount }]);
    return applyCreditNote(context, id, { amount });
  },
});
