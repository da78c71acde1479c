import { DomainError, reaction, timer, type Context } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Approval, type ApprovalRow } from '#modules/platform/approvals';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import { approvalKinds, askForCredit, confirm } from './confirm-order.operations.ts';
import { creditHolds } from './credit.operations.ts';
import { Order, type OrderRow } from './order.entity.ts';
import { alignStock, mostPlaces } from './order-stock.operations.ts';
import { placesOf } from './stock-plan.rules.ts';

export const takeApproval = reaction('takeOrderApproval', {
  describes: 'Confirms an order once the approvers have agreed, and makes it a draft again when they have not.',
  on: ['approval.approved', 'approval.rejected', 'approval.lapsed', 'approval.withdrawn'],
  run: async (event, context) => {
    const approval = await context.trusted(Approval).find(event.record.id);
    if (!approval || !approvalKinds.some((kind) => kind === approval.kind)) return;
    const order = await context.trusted(Order).find(approval.about);
    if (order?.status !== 'PENDING_APPROVAL') return;
    if (event.type === 'approval.approved') await confirmApproved(context, order, approval);
    else context.trusted(Order).move(order, 'DRAFT', { reason: approval.comment ?? null });
  },
});

/** What can no longer be confirmed (a promotion is used up) is a draft again, with the reason. */
const confirmApproved = async (context: Context, { id }: OrderRow, approval: ApprovalRow): Promise<void> => {
  const run = async (inner: Context): Promise<OrderRow> => {
    const order = await inner.data(Order).get(id);
    const heldFor = approval.kind === 'order' ? [] : await creditHolds(inner, order);
    if (heldFor.length > 0) return askForCredit(inner, order, heldFor);
    const by = approval.steps.flatMap(({ decisions }) => decisions).at(-1)?.by ?? inner.actor.id;
    const reason = approval.comment ?? 'Approved.';
    return confirm(inner, order, { released: { reason: reason.slice(0, 500), by, at: inner.clock.instant() } });
  };
  const [outcome] = await context.together([{ key: 'confirm', run }]);
  if (outcome?.status !== 'failed') return;
  if (!(outcome.error instanceof DomainError)) throw outcome.error;
  const reason = `${outcome.error.code}: ${outcome.error.message}`.slice(0, 500);
  context.trusted(Order).move(await context.trusted(Order).get(id), 'DRAFT', { reason });
};

export const alignReservations = reaction('alignReservations', {
  describes: 'Goes on with the stock of orders with more lines than one write can reserve or free.',
  on: ['order.confirmed', 'order.cancelled', 'order.closed', 'order.reduced', 'order.progressed', 'order.reserved'],
  run: async ({ record }, context) => {
    const order = await context.trusted(Order).find(record.id);
    if (!order || order.lines.flatMap((line) => placesOf(line, order)).length <= mostPlaces) return;
    const lines = await alignStock(context, order);
    if (lines.some((line, index) => line !== order.lines[index]))
      context.trusted(Order).update(order, { lines }, { event: 'order.reserved', evenFrozen: true });
  },
});

export const orderNotifications: readonly NotificationKind[] = [
  { key: 'order.late', label: { es: 'Pedidos atrasados', en: 'Orders that are late' }, usual: 'MAIL' },
];

export const tellLate = timer(Order, {
  describes: 'Tells whoever sells that the awaited day of an order has passed, and not all of it was delivered.',
  run: async (order, context) => {
    const { nextExpectedOn: day = '', number } = order;
    context.trusted(Order).update(order, { toldLateOn: day }, { event: 'order.delayed' });
    if (order.ownerId === undefined) return;
    const { name } = await context.trusted(Account).get(order.account);
    await notify(context, {
      to: [order.ownerId],
      kind: 'order.late',
      about: order.id,
      title: {
        es: `El pedido ${number} de ${name} debía llegar el ${day}`,
        en: `Order ${number} of ${name} was to arrive on ${day}`,
      },
    });
  },
});
