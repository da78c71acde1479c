// The lines of a delivery: part of an order or an offer at the amounts that it has there, or what is sold on the spot.
import { DomainError, given, type Context } from '#kernel';
import {
  priceDocument,
  shareOfLine,
  totalsOfLines,
  type LineInput,
  type StoredLine,
  type StoredTotals,
} from '#modules/catalog/pricing';
import { undeliveredOf, type OrderRow } from '#modules/sales/orders';
import { remainingLines, type QuoteRow } from '#modules/sales/quotes';
import type { DeliveryLine } from './delivery-fields.entity.ts';
import type { DeliveryRow } from './delivery.entity.ts';
import { plus, takenOf, type LineQuantity, type Remaining } from './delivery.rules.ts';

/** Lines of a delivery with what they come to. */
export type DeliveredLines = {
  readonly lines: readonly DeliveryLine[];
  readonly totals: StoredTotals;
  readonly total: StoredTotals['total'];
};

const untouched = { returned: '0', invoiced: '0' } as const;

const summed = (lines: readonly DeliveryLine[], currency: string): DeliveredLines => {
  const totals = totalsOfLines(lines, currency);
  return { lines, totals, total: totals.total };
};

const leftOfOrder = ({ lines }: OrderRow): readonly Remaining[] =>
  lines.map((line) => ({ key: line.key, left: undeliveredOf(line) }));

const leftOfQuote = (quote: QuoteRow): readonly Remaining[] =>
  remainingLines(quote).map(({ line, remaining }) => ({ key: line.key, left: remaining }));

/** Part of an order, or all that is left of it. @throws OVER_DELIVERY, LINE_NOT_FOUND, LINE_TWICE, NO_LINES */
export const linesOfOrder = (order: OrderRow, asked?: readonly LineQuantity[]): DeliveredLines => {
  const taken = takenOf(leftOfOrder(order), asked, 'OVER_DELIVERY');
  const lines = taken.flatMap(({ key, quantity }) =>
    order.lines
      .filter((line) => line.key === key)
      .map((line) => partOf(line, { before: line.delivered, quantity }, { orderLine: key })),
  );
  return summed(lines, order.total.currency);
};

/** Part of an accepted offer, or all that is left of it. @throws OVER_DELIVERY, LINE_NOT_FOUND, LINE_TWICE, NO_LINES */
export const linesOfQuote = (quote: QuoteRow, asked?: readonly LineQuantity[]): DeliveredLines => {
  const taken = takenOf(leftOfQuote(quote), asked, 'OVER_DELIVERY');
  const lines = taken.flatMap(({ key, quantity }) =>
    quote.lines
      .filter((line) => line.key === key)
      .map((line) => partOf(line, { before: line.converted, quantity }, { quoteLine: key })),
  );
  return summed(lines, quote.total.currency);
};

type Source = Pick<DeliveryLine, 'orderLine' | 'quoteLine'>;

const partOf = (
  line: StoredLine,
  part: { readonly before: string; readonly quantity: string },
  source: Source,
): DeliveryLine => ({ ...shareOfLine(line, part), ...source, ...untouched });

type DirectSale = Pick<DeliveryRow, 'account' | 'currency' | 'warehouse' | 'headerDiscounts'>;

/** What is delivered without an order, at the prices of today. @throws NO_LINES, and what pricing throws */
export const linesSoldNow = async (
  context: Context,
  { account, currency = context.actor.currency, warehouse, headerDiscounts }: DirectSale,
  asked: readonly LineInput[],
): Promise<DeliveredLines & { readonly currency: string }> => {
  if (asked.length === 0) throw new DomainError('NO_LINES', 'A delivery needs at least one line.', ['lines']);
  const day = context.clock.today();
  const priced = await priceDocument(
    context,
    given({ account, currency, day, warehouse, headerDiscounts, lines: asked }),
  );
  const lines = priced.lines.map((line) => ({ ...line, ...untouched }));
  return { lines, totals: priced.totals, total: priced.totals.total, currency };
};

/** Lines with more of them returned or invoiced. */
export const withMore = (
  lines: readonly DeliveryLine[],
  name: 'returned' | 'invoiced',
  more: readonly LineQuantity[],
): readonly DeliveryLine[] => {
  const byKey = new Map<string, string>();
  for (const { key, quantity } of more) byKey.set(key, plus(byKey.get(key) ?? '0', quantity));
  return lines.map((line) => ({ ...line, [name]: plus(line[name], byKey.get(line.key) ?? '0') }));
};
