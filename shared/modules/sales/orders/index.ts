import { module } from '#kernel';
import { createOrder, createOrderFromOpportunity, updateOrder } from './create-order.operations.ts';
import { Order } from './order.entity.ts';
import { createOrderFromQuote } from './quote-order.operations.ts';

/** Orders: what customers want, from the visit in which it was said until it is delivered and invoiced. */
export const orders = module('sales/orders', {
  entities: [Order],
  operations: [createOrder, createOrderFromOpportunity, createOrderFromQuote, updateOrder],
});
export { createOrder, keepOrder, orderFails } from './create-order.operations.ts';
export { linesInput, orderedLines, stockOf } from './order-lines.operations.ts';
export { noteDelivered, noteInvoiced, noteReceived, noteReturned, type NotedLine } from './note-progress.operations.ts';
export { Order, type OrderLine, type OrderRow } from './order.entity.ts';
export { undeliveredOf, uninvoicedOf, wantedOf } from './order.rules.ts';
export { createOrderFromQuote } from './quote-order.operations.ts';
