// What deliveries and invoices tell an order, in their own write: so much of its lines left, arrived, came back, was invoiced.
import { DomainError, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { Order, type OrderLine, type OrderRow } from './order.entity.ts';
import { isComplete, wantedOf } from './order.rules.ts';
import { alignStock } from './order-stock.operations.ts';

/** So many of a line. */
export type NotedLine = { readonly key: string; readonly quantity: string };

/**
 * Notes that goods or services left for the customer; a negative quantity takes it back. What is delivered leaves stock.
 * @throws OVER_DELIVERY, LINE_NOT_FOUND, INVALID_STATE
 */
export const noteDelivered = (context: Context, orderId: string, noted: readonly NotedLine[]): Promise<OrderRow> =>
  note(context, orderId, noted, (line, quantity, path) => {
    const delivered = new Exact(line.delivered).plus(quantity);
    if (delivered.gt(wantedOf(line)) || delivered.lt(line.returned))
      throw new DomainError(
        'OVER_DELIVERY',
        `Of line ${line.key} ${wantedOf(line)} are ordered and ${line.delivered} delivered.`,
        path,
      );
    return { delivered: decimalText(delivered), received: decimalText(Exact.min(line.received, delivered)) };
  });

/** Notes that the customer has received what was delivered. @throws OVER_DELIVERY, LINE_NOT_FOUND, INVALID_STATE */
export const noteReceived = (context: Context, orderId: string, noted: readonly NotedLine[]): Promise<OrderRow> =>
  note(context, orderId, noted, (line, quantity, path) => {
    const received = new Exact(line.received).plus(quantity);
    if (received.gt(line.delivered) || received.lt(0))
      throw new DomainError('OVER_DELIVERY', `Of line ${line.key} only ${line.delivered} were delivered.`, path);
    return { received: decimalText(received) };
  });

/**
 * Notes that goods came back, into the stock that they left. @throws OVER_RETURN, LINE_NOT_FOUND, INVALID_STATE
 */
export const noteReturned = (context: Context, orderId: string, noted: readonly NotedLine[]): Promise<OrderRow> =>
  note(context, orderId, noted, (line, quantity, path) => {
    const returned = new Exact(line.returned).plus(quantity);
    if (returned.gt(line.delivered) || returned.lt(0))
      throw new DomainError('OVER_RETURN', `Of line ${line.key} only ${line.delivered} were delivered.`, path);
    return { returned: decimalText(returned) };
  });

/**
 * Notes that lines went into an invoice; a negative quantity takes it back. @throws OVER_INVOICED, LINE_NOT_FOUND, INVALID_STATE
 */
export const noteInvoiced = (context: Context, orderId: string, noted: readonly NotedLine[]): Promise<OrderRow> =>
  note(context, orderId, noted, (line, quantity, path, { type }) => {
    const invoiced = new Exact(line.invoiced).plus(quantity);
    const most = type === 'STANDARD' ? new Exact(wantedOf(line)).minus(line.returned) : new Exact(0);
    const isMore = new Exact(quantity).gt(0);
    if ((isMore && invoiced.gt(most)) || invoiced.lt(0))
      throw new DomainError(
        'OVER_INVOICED',
        `Of line ${line.key} ${decimalText(most)} may be invoiced, and ${line.invoiced} are.`,
        path,
      );
    return { invoiced: decimalText(invoiced) };
  });

type Noting = (
  line: OrderLine,
  quantity: string,
  path: readonly (string | number)[],
  order: OrderRow,
) => Partial<OrderLine>;

const note = async (
  context: Context,
  orderId: string,
  noted: readonly NotedLine[],
  noting: Noting,
): Promise<OrderRow> => {
  const order = await context.trusted(Order).get(orderId);
  if (order.status !== 'CONFIRMED' && order.status !== 'CLOSED')
    throw new DomainError('INVALID_STATE', `Order ${order.number} is ${order.status}; a confirmed one is served.`, [
      'order',
    ]);
  const byKey = new Map(order.lines.map((line) => [line.key, line]));
  noted.forEach(({ key, quantity }, index) => {
    const line = byKey.get(key);
    if (!line) throw new DomainError('LINE_NOT_FOUND', `The order has no line ${key}.`, ['lines', index, 'key']);
    byKey.set(key, { ...line, ...noting(line, quantity, ['lines', index, 'quantity'], order) });
  });
  return saveProgress(context, order, [...byKey.values()], 'order.progressed');
};

/** Keeps lines that have moved on, with stock as they ask for it; an order with nothing left to do is closed, one with more again is not. */
export const saveProgress = async (
  context: Context,
  order: OrderRow,
  lines: readonly OrderLine[],
  event: 'order.progressed' | 'order.reduced',
): Promise<OrderRow> => {
  const orders = context.trusted(Order);
  const [was, is] = [isComplete(order), isComplete({ ...order, lines })];
  const reopens = order.status === 'CLOSED' && was && !is;
  const status = is ? 'CLOSED' : reopens ? 'CONFIRMED' : order.status;
  const isStockMeant = status !== order.status || lines.some((line, index) => movesStock(line, order.lines[index]));
  const changes = { lines: isStockMeant ? await alignStock(context, { ...order, status, lines }) : lines };
  if (status === order.status) return orders.update(order, changes, { event, evenFrozen: true });
  return reopens
    ? orders.move(order, 'CONFIRMED', { ...changes, closedAt: null }, { event: 'order.reopened' })
    : orders.move(order, 'CLOSED', { ...changes, closedAt: context.clock.instant() });
};

/** An invoice is no matter of stock. */
const movesStock = (line: OrderLine, before: OrderLine | undefined): boolean =>
  line.delivered !== before?.delivered || line.returned !== before.returned || line.cancelled !== before.cancelled;
