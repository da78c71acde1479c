import { DomainError, given, mutation, ref, type Context, type Values } from '#kernel';
import { agreedLine } from '#modules/catalog/pricing';
import { draftFails, draftInvoice, sourcesOf } from './draft-invoice.operations.ts';
import { Invoice, type InvoiceLine, type InvoiceRow, type lineSources } from './invoice.entity.ts';

export const redraftInvoice = mutation('redraftInvoice', {
  describes:
    'Makes the draft of another invoice in place of one that was voided or discarded: the same buyer, lines and prices, to be issued anew. Once only; of what the pending ledger holds the ledger makes it.',
  needs: 'invoice.create',
  input: { invoice: ref('Invoice', { describes: 'The voided or discarded invoice.' }) },
  returns: Invoice,
  fails: [...draftFails, 'ALREADY_REPLACED', 'ITEMS_PENDING', 'TAX_NOT_FOUND'],
  run: async ({ invoice: id }, context) => {
    const old = await context.data(Invoice).get(id);
    assertReplaceable(old);
    const draft = await draftInvoice(context, {
      ...headOf(old),
      ...{ agreed: true, replaces: id },
      lines: old.lines.map((line) => ({ ...agreedLine(line), ...sourcesLeft(old, line) })),
    });
    await noteReplaced(context, id, draft.id);
    return draft;
  },
});

const assertReplaceable = ({ status, replaces, replacedBy, lines }: InvoiceRow): void => {
  if (status !== 'VOIDED' && status !== 'DISCARDED')
    throw new DomainError('INVALID_STATE', `It is ${status}; what was voided or discarded is made again.`, ['invoice']);
  if (replacedBy !== undefined)
    throw new DomainError('ALREADY_REPLACED', 'Another invoice was made in its place.', ['invoice']);
  if (status === 'DISCARDED' && replaces !== undefined)
    throw new DomainError('ALREADY_REPLACED', 'It stood in the place of another; make that one again.', ['invoice']);
  if (lines.some(({ billable }) => billable !== undefined))
    throw new DomainError('ITEMS_PENDING', 'What it was for waits in the pending ledger; invoice it from there.', [
      'invoice',
    ]);
};

/** An offer is told when an invoice of it is issued: what was issued has used it up, what was discarded has not. */
const sourcesLeft = ({ status }: InvoiceRow, line: InvoiceLine): Values<typeof lineSources> => {
  const { order, orderLine, delivery, deliveryLine, quoteLine } = sourcesOf(line);
  const offered = status === 'DISCARDED' ? { quoteLine } : {};
  return given({ order, orderLine, delivery, deliveryLine, ...offered });
};

const headOf = (old: InvoiceRow) =>
  given({
    quote: old.status === 'DISCARDED' ? old.quote : undefined,
    ...{ account: old.account, contact: old.contact, kind: old.kind, currency: old.currency, locale: old.locale },
    ...{ paymentDays: old.paymentDays, reference: old.reference, notes: old.notes, opportunity: old.opportunity },
    ...{ order: old.order, contract: old.contract, emissionPoint: old.emissionPoint },
    ...{ owner: old.owner, team: old.team },
  });

/** Notes which invoice stands in the place of one that was given up; none when that is given up too. */
export const noteReplaced = async ({ trusted }: Context, id: string, by: string | undefined): Promise<void> => {
  trusted(Invoice).update(
    await trusted(Invoice).get(id),
    { replacedBy: by ?? null },
    { evenFrozen: true, event: 'invoice.replaced' },
  );
};
