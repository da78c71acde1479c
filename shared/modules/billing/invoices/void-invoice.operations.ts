import { boolean, defaulted, DomainError, mutation, ref, text, versionInput, type Context } from '#kernel';
import { closeAdvance, restoreAdvances } from './advance.operations.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { assertOpen, assertVoidable } from './issuing.rules.ts';
import { closedUntil } from './place.operations.ts';
import { noteSources } from './sources.operations.ts';

/**
 * Voids an issued invoice in the caller's write: it keeps number, day and seal, and owes nothing; what it was for is free again.
 * @throws INVALID_STATE, SETTLED_ALREADY, VOID_NOT_ALLOWED, PERIOD_CLOSED, ADVANCE_APPLIED
 */
export const voidIssued = async (
  context: Context,
  id: string,
  { reason, reinvoice }: { readonly reason: string; readonly reinvoice: boolean },
): Promise<InvoiceRow> => {
  const invoice = await context.data(Invoice).get(id);
  if (invoice.status !== 'ISSUED')
    throw new DomainError('INVALID_STATE', `Only an issued invoice is voided; this one is ${invoice.status}.`, ['id']);
  assertVoidable(invoice, context.actor.country, context.clock.today());
  assertOpen(invoice.issuedOn ?? '', await closedUntil(context));
  await closeAdvance(context, invoice);
  await restoreAdvances(context, invoice);
  await noteSources(context, invoice.lines, -1);
  return context
    .data(Invoice)
    .move(invoice, 'VOIDED', { voidedOn: context.clock.today(), reason, reinvoice, disputed: false });
};

export const voidInvoice = mutation('voidInvoice', {
  describes:
    'Voids an issued invoice of which nothing was paid or credited: it keeps its number and owes nothing. In Ecuador until the seventh of the next month and never a final consumer’s; in Spain never: there a credit note corrects.',
  needs: 'invoice.void',
  input: {
    id: ref('Invoice', { describes: 'The issued invoice.' }),
    version: versionInput,
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
    reinvoice: defaulted(boolean({ describes: 'Whether what it was for is to be invoiced again.' }), true),
  },
  returns: Invoice,
  fails: ['SETTLED_ALREADY', 'VOID_NOT_ALLOWED', 'PERIOD_CLOSED', 'ADVANCE_APPLIED'],
  run: ({ id, ...why }, context) => voidIssued(context, id, why),
});
