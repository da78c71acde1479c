import { DomainError, mutation, ref, type Context } from '#kernel';
import { draftFails, Invoice, issueFails, issueInvoice } from '#modules/billing/invoices';
import { Delivery, type DeliveryRow } from '#modules/sales/deliveries';
import { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
import { itemsOfDelivery } from './billable-sources.reactions.ts';
import { isWaiting } from './blocks.operations.ts';
import { draftForItems, invoicingFails } from './invoice-items.operations.ts';
import { makeItems } from './make-items.operations.ts';

export const billDelivery = mutation('billDelivery', {
  describes:
    'Invoices all of a delivery that is to be invoiced, and issues the invoice, in one call: all of it, or nothing and the reason.',
  needs: 'invoice.issue',
  input: { delivery: ref('Delivery', { describes: 'A delivery that was issued.' }) },
  returns: Invoice,
  fails: [...invoicingFails, ...draftFails, ...issueFails],
  run: async ({ delivery: id }, context) => {
    const delivery = await context.data(Delivery).get(id);
    if (delivery.status === 'DRAFT' || delivery.status === 'CANCELLED')
      throw new DomainError('INVALID_STATE', `It is ${delivery.status}; what was issued is invoiced.`, ['delivery']);
    const draft = await draftForItems(context, await waitingOf(context, delivery), { isIssuedAtOnce: true });
    return issueInvoice(context, draft.id);
  },
});

/** The items of a delivery that wait; those that no event has made yet are made first, whatever becomes of the invoice. */
const waitingOf = async (context: Context, delivery: DeliveryRow): Promise<readonly BillableItemRow[]> => {
  await makeItems(context, await itemsOfDelivery(context, delivery));
  const items = await context.trusted(BillableItem).findAllUnique(
    'source',
    delivery.lines.map(({ key }) => `${delivery.id}/${key}`),
  );
  return [...items.values()].filter(isWaiting);
};
