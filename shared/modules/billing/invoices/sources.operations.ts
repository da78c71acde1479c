// What orders, deliveries and offers are told of their lines that are invoiced, in the write that invoices them.
import type { Context, Values } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { noteConverted } from '#modules/sales/quotes';
import { Delivery, noteDeliveryInvoiced } from '#modules/sales/deliveries';
import { noteInvoiced, Order, type NotedLine } from '#modules/sales/orders';
import type { InvoiceRow, lineSources } from './invoice.entity.ts';

/** So many of a line, wherever it comes from. */
export type SourcedQuantity = Values<typeof lineSources> & { readonly quantity: string };

/** Notes with the orders of lines that so many are on an invoice: 1 puts them there, -1 takes them back. @throws OVER_INVOICED */
export const noteSources = async (context: Context, lines: readonly SourcedQuantity[], sign: 1 | -1): Promise<void> => {
  for (const [order, noted] of byOrder(lines, sign)) await noteInvoiced(context, order, noted);
};

/** Lines of one order line count together. */
const byOrder = (lines: readonly SourcedQuantity[], sign: 1 | -1): ReadonlyMap<string, readonly NotedLine[]> => {
  const orders = new Map<string, Map<string, InstanceType<typeof Exact>>>();
  for (const { order, orderLine, quantity } of lines) {
    if (order === undefined || orderLine === undefined) continue;
    const noted = orders.get(order) ?? new Map<string, InstanceType<typeof Exact>>();
    noted.set(orderLine, (noted.get(orderLine) ?? new Exact(0)).plus(new Exact(quantity).times(sign)));
    orders.set(order, noted);
  }
  return new Map(
    [...orders].map(([order, noted]) => [
      order,
      [...noted].map(([key, quantity]) => ({ key, quantity: decimalText(quantity) })),
    ]),
  );
};

/** Notes with deliveries that so many of their lines are on invoices and drafts, or no longer. @throws OVER_INVOICED, INVALID_STATE */
export const noteDeliveries = async (
  context: Context,
  lines: readonly Pick<SourcedQuantity, 'delivery' | 'deliveryLine' | 'quantity'>[],
  sign: 1 | -1,
): Promise<void> => {
  for (const id of new Set(lines.flatMap(({ delivery }) => delivery ?? []))) {
    const noted = lines
      .filter(({ delivery }) => delivery === id)
      .map(({ deliveryLine = '', quantity }) => ({
        key: deliveryLine,
        quantity: sign === 1 ? quantity : `-${quantity}`,
      }));
    await noteDeliveryInvoiced(context, id, noted);
  }
};

/**
 * Notes that so many were credited and are never invoiced again. They count as invoiced as before, or all that is left would take
 * them in once more; but for those that came back, which their deliveries and orders count by themselves.
 */
export const noteWithdrawn = async (context: Context, lines: readonly SourcedQuantity[]): Promise<void> => {
  const back = (await cameBackOf(context, lines)).filter(({ quantity }) => quantity !== '0');
  await noteSources(context, back, -1);
  await noteDeliveries(context, back, -1);
};

/** Of lines what came back after it was invoiced, as the delivery of each says; its order where there is none. */
const cameBackOf = async (context: Context, lines: readonly SourcedQuantity[]): Promise<readonly SourcedQuantity[]> => {
  const back = new Map<object, InstanceType<typeof Exact>>();
  const found: SourcedQuantity[] = [];
  for (const line of lines) {
    const source = await sourceOf(context, line);
    if (!source) continue;
    const most = back.get(source) ?? overInvoiced(source);
    const taken = Exact.min(line.quantity, most);
    back.set(source, most.minus(taken));
    found.push({ ...line, quantity: decimalText(taken) });
  }
  return found;
};

type Counted = {
  readonly quantity: string;
  readonly cancelled?: string;
  readonly returned: string;
  readonly invoiced: string;
};

/** How many more are invoiced than the customer keeps. */
const overInvoiced = ({ quantity, cancelled = '0', returned, invoiced }: Counted): InstanceType<typeof Exact> =>
  Exact.max(0, new Exact(invoiced).plus(returned).plus(cancelled).minus(quantity));

const sourceOf = async ({ trusted }: Context, line: SourcedQuantity): Promise<Counted | undefined> => {
  if (line.delivery !== undefined) {
    const { lines } = await trusted(Delivery).get(line.delivery);
    return lines.find(({ key }) => key === line.deliveryLine);
  }
  if (line.order === undefined) return undefined;
  return (await trusted(Order).get(line.order)).lines.find(({ key }) => key === line.orderLine);
};

/** Notes with the offer of an invoice that its lines are sold. @throws OVER_CONVERTED, LINE_NOT_FOUND */
export const noteQuote = async (context: Context, { quote, lines }: InvoiceRow): Promise<void> => {
  if (quote === undefined) return;
  const converted = lines.flatMap(({ quoteLine: key, quantity }) => (key === undefined ? [] : [{ key, quantity }]));
  await noteConverted(context, quote, converted);
};
