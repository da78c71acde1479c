import { module } from '#kernel';
import { readyPoint } from '#modules/platform/workflows';
import { notificationKinds } from '#modules/platform/notifications';
import type { RoleGrant } from '#modules/platform/roles';
import { signingSubjects } from '#modules/platform/signing';
import { callActions } from '#modules/engagement/calls';
import { accountSections, openOnes } from '#modules/parties/accounts';
import { orderFromCall } from './call-action.rules.ts';
import { confirmOrder, releaseOrder, releases } from './confirm-order.operations.ts';
import { createOrder, createOrderFromOpportunity, updateOrder } from './create-order.operations.ts';
import { customerCredit } from './credit.operations.ts';
import { cancelOrder, closeOrder } from './end-order.operations.ts';
import { Order } from './order.entity.ts';
import { orderStock, quoteStock } from './line-stock.operations.ts';
import { orderProposal } from './order-proposal.operations.ts';
import { orderPriceChanges } from './order-prices.operations.ts';
import { expectOrder, orderProgress, reserveOrder } from './order-progress.operations.ts';
import { alignReservations, orderNotifications, takeApproval, tellLate } from './order.reactions.ts';
import { drawUpOrder, orderSigning } from './order-signing.operations.ts';
import { createOrderFromQuote } from './quote-order.operations.ts';
import { shipOrderFrom } from './ship-from.operations.ts';
import { SampleLimit } from './sample-limit.entity.ts';
import { readyWithOrders } from './ready-workflows.rules.ts';

const limits = { create: 'all', read: 'all', update: 'all', archive: 'all' } as const;
const grants: readonly RoleGrant[] = [
  { roles: ['seller', 'support'], withholds: [releases] },
  { roles: ['manager'], entities: { SampleLimit: limits } },
];

/** Orders: what customers want, from the visit in which it was said until it is delivered and invoiced. */
export const orders = module('sales/orders', {
  entities: [Order, SampleLimit],
  operations: [
    createOrder,
    createOrderFromOpportunity,
    createOrderFromQuote,
    updateOrder,
    confirmOrder,
    releaseOrder,
    cancelOrder,
    closeOrder,
    expectOrder,
    reserveOrder,
    shipOrderFrom,
    drawUpOrder,
    orderPriceChanges,
    orderProposal,
    orderStock,
    quoteStock,
    orderProgress,
    customerCredit,
  ],
  reactions: [takeApproval, alignReservations],
  timers: [tellLate],
  contributes: {
    [readyPoint]: readyWithOrders,
    [accountSections]: [openOnes(Order, 'orders', 'The open orders of the account, the newest first.', 10)],
    [notificationKinds]: orderNotifications,
    [signingSubjects]: [orderSigning],
    [callActions]: [orderFromCall],
    'role-grants': grants,
  },
});
export { confirmOrder } from './confirm-order.operations.ts';
export { createOrder, keepOrder, orderFails, type OrderValues } from './create-order.operations.ts';
export { creditSources, standingOf, type CreditSource } from './credit.operations.ts';
export { cancelGuards, closeOrder, type CancelGuard } from './end-order.operations.ts';
export { noteDelivered, noteInvoiced, noteReceived, noteReturned, type NotedLine } from './note-progress.operations.ts';
export { Order, type OrderLine, type OrderRow } from './order.entity.ts';
export { linesInput, orderedLines, stockOf, type OrderLineInput, type OrderedLines } from './order-lines.operations.ts';
export { undeliveredOf, uninvoicedOf, wantedOf } from './order.rules.ts';
export { createOrderFromQuote } from './quote-order.operations.ts';
