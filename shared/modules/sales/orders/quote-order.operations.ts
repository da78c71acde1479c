import { date, decimal, DomainError, given, list, mutation, object, optional, ref, text, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { shareOfLine, totalsOfLines } from '#modules/catalog/pricing';
import { noteConverted, Quote, remainingLines, type QuoteRow } from '#modules/sales/quotes';
import { keepOrder, orderFails, type OrderValues } from './create-order.operations.ts';
import { Order, type OrderLine, type OrderRow } from './order.entity.ts';
import { untouched, withStock } from './order-lines.operations.ts';

export const createOrderFromQuote = mutation('createOrderFromQuote', {
  describes:
    'Makes the order of an accepted offer, as a draft: all that remains of it, or some lines and quantities, at the prices that the customer accepted. What is left remains to be ordered later.',
  needs: 'order.create',
  input: {
    quote: ref('Quote', { describes: 'The accepted offer.' }),
    lines: optional(
      list(
        object('QuotedQuantity', {
          key: text({ max: 30, describes: 'The line of the offer.' }),
          quantity: decimal({ min: '0.000001', describes: 'How many of it.' }),
        }),
        { max: 500, describes: 'Which lines, and how many of each; all that remains when absent.' },
      ),
    ),
    reference: optional(text({ max: 80, describes: 'The number of the customer’s own purchase order.' })),
    requestedOn: optional(date({ describes: 'The day on which the customer wants it.' })),
    warehouse: optional(text({ max: 80, describes: 'The code of the warehouse that ships, in place of the offer’s.' })),
  },
  returns: Order,
  fails: [...orderFails, 'OVER_CONVERTED', 'LINE_NOT_FOUND'],
  run: async ({ quote: id, lines: some, ...more }, context) => {
    const quote = await context.data(Quote).get(id);
    const asked = some ?? remainingLines(quote).map(({ line, remaining }) => ({ key: line.key, quantity: remaining }));
    await noteConverted(context, id, asked);
    const lines = await withStock(context, partsOf(quote, asked, more.requestedOn));
    const { currency } = quote.total;
    const totals = totalsOfLines(lines, currency);
    return keepOrder(context, valuesOf(quote, more), currency, {
      ...{ lines, totals, total: totals.total, pricedOn: quote.pricedOn, arePricesAgreed: true },
      promotions: promotionsOf(lines),
    });
  },
});

type Asked = readonly { readonly key: string; readonly quantity: string }[];

/** Each line once: what was accepted is divided, never ordered in two shares at once. @throws LINE_TWICE */
const partsOf = (quote: QuoteRow, asked: Asked, requestedOn: string | undefined): readonly OrderLine[] => {
  if (new Set(asked.map(({ key }) => key)).size < asked.length)
    throw new DomainError('LINE_TWICE', 'A line is named twice.', ['lines']);
  const quantities = new Map(asked.map(({ key, quantity }) => [key, quantity]));
  return quote.lines.flatMap(({ isOptional: _o, alternative: _a, isChosen: _c, counts: _n, converted, ...line }) => {
    const quantity = quantities.get(line.key);
    if (quantity === undefined) return [];
    return [{ ...untouched(shareOfLine(line, { before: converted, quantity }), requestedOn), quoteLine: line.key }];
  });
};

const valuesOf = (
  { account, contact, opportunity, id, owner, team, channel, priceList, ...quote }: QuoteRow,
  more: Pick<OrderValues, 'reference' | 'requestedOn' | 'warehouse'>,
): OrderValues =>
  given({
    ...{ account, contact, opportunity, quote: id, owner, team, channel, priceList },
    coupons: quote.coupons,
    ...more,
    warehouse: more.warehouse ?? quote.warehouse,
  });

const promotionsOf = (lines: readonly OrderLine[]): readonly string[] => [
  ...new Set(
    lines.flatMap(({ discounts, promotions }) => [
      ...discounts.flatMap(({ id, source }) => (source === 'PROMOTION' ? [id] : [])),
      ...promotions.map(({ promotion }) => promotion),
    ]),
  ),
];

/** What is not ordered after all remains of the offer again. */
export const giveBackOffer = async (context: Context, { quote, lines }: OrderRow, cancelled: Asked): Promise<void> => {
  const offered = new Map(lines.map(({ key, quoteLine }) => [key, quoteLine]));
  const back = cancelled.flatMap(({ key, quantity }) => {
    const line = offered.get(key);
    return line === undefined ? [] : [{ key: line, quantity: decimalText(new Exact(quantity).negated()) }];
  });
  if (quote !== undefined && back.length > 0) await noteConverted(context, quote, back);
};
