// Prices that have changed since a draft was priced.
import { boolean, decimal, DomainError, list, money, object, query, ref, text, type Context } from '#kernel';
import { redrawn } from './create-order.operations.ts';
import { Order, type OrderRow } from './order.entity.ts';
import { asInput, orderedLines, type OrderedLines } from './order-lines.operations.ts';

const changedLine = object('ChangedPrice', {
  key: text({ max: 30, describes: 'Which line.' }),
  unitPriceBefore: decimal({ describes: 'The price of one that the order has.' }),
  unitPriceNow: decimal({ describes: 'The price of one today.' }),
  totalBefore: money({ describes: 'What the line comes to in the order.' }),
  totalNow: money({ describes: 'What it would come to today.' }),
});

/** The order as it would be priced today. */
const pricedToday = (context: Context, order: OrderRow): Promise<OrderedLines> =>
  orderedLines(context, order, order.lines.map(asInput));

const changedLines = (order: OrderRow, today: OrderedLines) =>
  order.lines.flatMap(({ key, unitPrice, total }, index) => {
    const now = today.lines[index];
    if (!now || (now.unitPrice === unitPrice && now.total.minor === total.minor)) return [];
    return [{ key, unitPriceBefore: unitPrice, unitPriceNow: now.unitPrice, totalBefore: total, totalNow: now.total }];
  });

export const orderPriceChanges = query('orderPriceChanges', {
  describes:
    'What has changed since a draft was priced: prices, promotions, taxes. Empty when nothing has, or its prices were agreed in an offer.',
  needs: 'order.read',
  input: { order: ref('Order', { describes: 'Which draft.' }) },
  on: 'Order.priceChanges',
  returns: {
    hasChanged: boolean({ describes: 'Whether anything costs something else today.' }),
    totalNow: money({ describes: 'What the order would cost today, with taxes.' }),
    lines: list(changedLine, { max: 500, describes: 'The lines that cost something else.' }),
  },
  run: async ({ order: id }, context) => {
    const order = await context.data(Order).get(id);
    if (order.arePricesAgreed || order.status !== 'DRAFT')
      return { hasChanged: false, totalNow: order.total, lines: [] };
    const today = await pricedToday(context, order);
    const lines = changedLines(order, today);
    return { hasChanged: lines.length > 0, totalNow: today.total, lines };
  },
});

/**
 * The draft at prices that hold: as it is where nothing has changed or what it says is kept, at those of today where they are
 * taken. @throws PRICES_CHANGED where nobody has said which
 */
export const withPricesThatHold = async (
  context: Context,
  order: OrderRow,
  changed: 'KEEP' | 'RENEW' | undefined,
): Promise<OrderRow> => {
  if (order.arePricesAgreed || changed === 'KEEP') return order;
  const today = await pricedToday(context, order);
  const lines = changedLines(order, today);
  if (lines.length === 0) return order;
  if (changed === 'RENEW') return context.data(Order).update(order, { ...today, ...(await redrawn(context, order)) });
  throw new DomainError(
    'PRICES_CHANGED',
    `Since ${order.pricedOn} the price of ${String(lines.length)} lines has changed; say whether to keep or to renew them.`,
    ['changedPrices'],
  );
};
