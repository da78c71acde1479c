import {
  boolean,
  change,
  changedBy,
  creation,
  date,
  defaulted,
  DomainError,
  given,
  list,
  mutation,
  object,
  optional,
  recordInput,
  ref,
  text,
  versionInput,
  type ChangesOf,
  type Context,
} from '#kernel';
import { lineInput, mostLines, pricingFails } from '#modules/catalog/pricing';
import { asInput, draftFails, draftInvoice, pricedFor } from './draft-invoice.operations.ts';
import { restoreAdvances } from './advance.operations.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { issueFails, issueInvoice } from './issue-invoice.operations.ts';
import { noteReplaced } from './redraft-invoice.operations.ts';
import { noteSources } from './sources.operations.ts';

const lines = list(object('InvoiceLine', lineInput), { max: mostLines, describes: 'What was sold.' });
const fails = [...pricingFails, ...draftFails] as const;

export const createInvoice = creation(Invoice, 'createInvoice', {
  describes:
    'Makes an invoice by hand, as a draft with the prices and taxes of today. Of the kind ADVANCE it is a payment ahead: later invoices are reduced by it.',
  needs: 'invoice.create',
  input: { lines },
  returns: Invoice,
  fails,
  run: ({ values, lines: asked }, context) => draftInvoice(context, { ...values, lines: asked }),
});

export const billDirectly = creation(Invoice, 'billDirectly', {
  describes: 'Invoices a sale on the spot: prices it and issues it at once, or answers why not and leaves nothing.',
  needs: 'invoice.issue',
  input: { lines, on: optional(date({ describes: 'Its day; today when absent.' })) },
  returns: Invoice,
  fails: [...fails, ...issueFails],
  run: async ({ values, lines: asked, on }, context) => {
    const draft = await draftInvoice(context, { ...values, lines: asked, isIssuedAtOnce: true });
    return issueInvoice(context, draft.id, given({ on }));
  },
});

export const updateInvoice = change(Invoice, 'updateInvoice', {
  describes:
    'Changes a draft: absent fields stay, null clears. Lines that are given take the place of all lines; they, and a change of what prices depend on, have all lines priced anew. A draft of agreed prices keeps its lines: it is discarded and made again.',
  needs: 'invoice.update',
  input: { ...recordInput('Invoice'), lines: optional(lines) },
  returns: Invoice,
  fails: [...fails, 'LINES_AGREED', 'ADVANCE_APPLIED'],
  run: async ({ id, changes, lines: asked }, context) => {
    const draft = await context.data(Invoice).get(id);
    if (!asked && !isPricedAnew(changes)) return context.data(Invoice).update(draft, changes);
    if (draft.agreed)
      throw new DomainError('LINES_AGREED', 'Its prices were agreed before; discard it and make another.', ['lines']);
    assertDraft(draft);
    if (draft.deductions.length > 0)
      throw new DomainError('ADVANCE_APPLIED', 'It is reduced by an advance; discard it and make another.', ['lines']);
    const priced = await pricedFor(context, changedBy(draft, changes), asked ?? draft.lines.map(asInput));
    return context.data(Invoice).update(draft, { ...changes, ...priced });
  },
});

const pricedBy = ['account', 'currency', 'priceList', 'channel', 'warehouse', 'coupons', 'headerDiscounts'] as const;

const isPricedAnew = (changes: ChangesOf<typeof Invoice>): boolean =>
  pricedBy.some((name) => changes[name] !== undefined);

const assertDraft = ({ status }: InvoiceRow): void => {
  if (status !== 'DRAFT')
    throw new DomainError('FROZEN', `This Invoice is ${status} and can no longer change.`, ['id']);
};

export const discardInvoice = mutation('discardInvoice', {
  describes: 'Gives up a draft: what it was for is free again. It never had a number.',
  needs: 'invoice.discard',
  input: {
    id: ref('Invoice', { describes: 'The draft.' }),
    version: versionInput,
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
    reinvoice: defaulted(boolean({ describes: 'Whether what it was for is to be invoiced again.' }), true),
  },
  returns: Invoice,
  run: ({ id, ...why }, context) => discardDraft(context, id, why),
});

/** Gives up a draft in the caller's write. @throws INVALID_STATE */
export const discardDraft = async (
  context: Context,
  id: string,
  { reason, reinvoice = true }: { readonly reason: string; readonly reinvoice?: boolean },
): Promise<InvoiceRow> => {
  const draft = await context.data(Invoice).get(id);
  const discarded = context.data(Invoice).move(draft, 'DISCARDED', { reason, reinvoice });
  await noteSources(context, draft.lines, -1);
  await restoreAdvances(context, draft);
  if (draft.replaces !== undefined) await noteReplaced(context, draft.replaces, undefined);
  return discarded;
};
