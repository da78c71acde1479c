// What orders and offers are told of their lines that are invoiced, in the write that invoices them.
import type { Context, Values } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { noteConverted } from '#modules/sales/quotes';
import { noteInvoiced, type NotedLine } from '#modules/sales/orders';
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

/** Notes with the offer of an invoice that its lines are sold. @throws OVER_CONVERTED, LINE_NOT_FOUND */
export const noteQuote = async (context: Context, { quote, lines }: InvoiceRow): Promise<void> => {
  if (quote === undefined) return;
  const converted = lines.flatMap(({ quoteLine: key, quantity }) => (key === undefined ? [] : [{ key, quantity }]));
  await noteConverted(context, quote, converted);
};
