import { DomainError, given, mutation, optional, reaction, recordInput, ref, text, type Context } from '#kernel';
import { confirmOrder, Order, wantedOf, type CancelGuard, type OrderRow } from '#modules/sales/orders';
import { TransferOrder, type TransferOrderRow } from './transfer-order.entity.ts';
import { amountsOf, handedOver } from './transfer.rules.ts';
import { codePlace, Wholesaler, WholesalerCode } from './wholesaler.entity.ts';

export const assignWholesaler = mutation('assignWholesaler', {
  describes:
    'Says which wholesaler serves and invoices an order of the type TRANSFER. The wholesaler must know the customer by a number.',
  needs: 'transferOrder.create',
  input: {
    order: ref('Order', { describes: 'The order.' }),
    wholesaler: ref('Wholesaler', { describes: 'Who serves it.' }),
    branch: optional(text({ max: 80, describes: 'Which branch of it; the usual one of the customer when absent.' })),
  },
  returns: TransferOrder,
  fails: ['NOT_A_TRANSFER', 'WHOLESALER_CODE_MISSING', 'WHOLESALER_INACTIVE', 'ALREADY_ASSIGNED'],
  run: async ({ order: id, wholesaler, branch }, context) => {
    const order = await context.data(Order).get(id);
    const isOpen = ['DRAFT', 'PENDING_APPROVAL', 'CONFIRMED'].includes(order.status);
    if (!isOpen) throw new DomainError('INVALID_STATE', `The order is ${order.status}.`, ['order']);
    if (order.type !== 'TRANSFER')
      throw new DomainError('NOT_A_TRANSFER', 'It is not an order that a wholesaler serves.', ['order']);
    const known = await codeAt(context, wholesaler, order.account);
    if (await context.trusted(TransferOrder).findUnique('place', id))
      throw new DomainError('ALREADY_ASSIGNED', 'A wholesaler has it already.', ['order']);
    const transfer = context.data(TransferOrder).create(
      given({
        ...{ order: id, account: order.account, wholesaler, branch: branch ?? known.branch, place: id },
        ...{ customerCode: known.code, number: order.number, ...partsOf(order) },
      }),
    );
    return order.status === 'CONFIRMED' ? context.data(TransferOrder).move(transfer, 'CONFIRMED') : transfer;
  },
});

/** What the wholesaler is to serve of an order. */
const partsOf = ({ lines, currency }: OrderRow) => {
  const handed = lines.flatMap((line) => {
    const wanted = wantedOf(line);
    return wanted === '0' ? [] : [handedOver(line, wanted)];
  });
  return { lines: handed, ...amountsOf(handed, currency) };
};

const codeAt = async ({ data, trusted }: Context, id: string, account: string) => {
  const wholesaler = await data(Wholesaler).get(id);
  if (!wholesaler.active || wholesaler.archivedAt !== undefined)
    throw new DomainError('WHOLESALER_INACTIVE', `${wholesaler.name} serves no orders at present.`, ['wholesaler']);
  const known = await trusted(WholesalerCode).findUnique('place', codePlace(id, account));
  if (known && known.archivedAt === undefined) return known;
  throw new DomainError('WHOLESALER_CODE_MISSING', `${wholesaler.name} knows no number of this customer.`, [
    'wholesaler',
  ]);
};

export const confirmTransferOrder = mutation('confirmTransferOrder', {
  describes:
    'Confirms a transfer order and its order, as the customer has it now: it goes to the wholesaler with the next batch. Nothing leaves our stock, and we invoice nothing.',
  needs: 'transferOrder.confirm',
  input: recordInput('TransferOrder'),
  returns: TransferOrder,
  fails: ['PRICES_CHANGED', 'PROMOTION_USED_UP'],
  run: async ({ id }, context) => {
    const transfer = await context.data(TransferOrder).get(id);
    if (transfer.status !== 'DRAFT')
      throw new DomainError('INVALID_STATE', `It is ${transfer.status}; a draft is confirmed.`, ['id']);
    const { id: order, version } = await context.data(Order).get(transfer.order);
    return confirmed(context, transfer, await context.run(confirmOrder, { id: order, version, acceptsShortage: true }));
  },
});

const confirmed = ({ trusted }: Context, transfer: TransferOrderRow, order: OrderRow): TransferOrderRow =>
  order.status === 'CONFIRMED' ? trusted(TransferOrder).move(transfer, 'CONFIRMED', partsOf(order)) : transfer;

export const followTransferred = reaction('followTransferredOrder', {
  describes:
    'Lets a transfer order be confirmed with its order, become less with it, and go when the order is cancelled before it was sent.',
  on: ['order.confirmed', 'order.reduced', 'order.cancelled'],
  run: async (event, context) => {
    const transfer = await context.trusted(TransferOrder).findUnique('place', event.record.id);
    if (!transfer || transfer.archivedAt !== undefined) return;
    const order = await context.trusted(Order).get(event.record.id);
    if (transfer.status === 'DRAFT') confirmed(context, transfer, order);
    if (transfer.status === 'CONFIRMED' && order.status === 'CONFIRMED')
      context.trusted(TransferOrder).update(transfer, partsOf(order));
    if (order.status !== 'CANCELLED' || !['DRAFT', 'CONFIRMED'].includes(transfer.status)) return;
    context.trusted(TransferOrder).archive(context.trusted(TransferOrder).update(transfer, { place: null }));
  },
});

const servedElsewhere: readonly string[] = ['SENT', 'ACKNOWLEDGED', 'PARTIALLY_SERVED'];

/** What a wholesaler has been sent is not cancelled behind its back: its refusal, or its last report, ends it. */
export const leaveToWholesaler: CancelGuard = async ({ trusted }, { id, type }) => {
  if (type !== 'TRANSFER') return;
  const transfer = await trusted(TransferOrder).findUnique('place', id);
  if (transfer && servedElsewhere.includes(transfer.status))
    throw new DomainError('HANDED_OVER', 'A wholesaler has it; note what the wholesaler answers or last served.', [
      'id',
    ]);
};
