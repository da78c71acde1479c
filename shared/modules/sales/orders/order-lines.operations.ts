// Prices the lines of an order, or takes those that were agreed, and says what they take from stock.
import { date, DomainError, given, list, object, optional, type Accepted, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import {
  askedLine,
  lineInput,
  mostLines,
  priceDocument,
  type PricingRequest,
  type StoredLine,
  type StoredTotals,
} from '#modules/catalog/pricing';
import { Product, type ProductRow } from '#modules/catalog/products';
import type { OrderLine, OrderRow } from './order.entity.ts';

const orderLineInput = {
  ...lineInput,
  expectedOn: optional(date({ describes: 'The day on which it is to arrive; that of the order when absent.' })),
};
/** A line of an order, as a client gives it. */
export type OrderLineInput = Accepted<typeof orderLineInput>;
/** The lines of an order, as an input. */
export const linesInput = list(object('OrderLine', orderLineInput), { max: mostLines, describes: 'What is ordered.' });

/** What prices of an order depend on. */
export type OrderTerms = Pick<
  PricingRequest,
  'account' | 'priceList' | 'channel' | 'warehouse' | 'coupons' | 'headerDiscounts' | 'agreed'
> & {
  readonly currency: string;
  readonly type?: OrderRow['type'];
  readonly requestedOn?: string;
};

/** The lines of an order with what they come to. */
export type OrderedLines = {
  readonly lines: readonly OrderLine[];
  readonly totals: StoredTotals;
  readonly total: StoredTotals['total'];
  readonly promotions: readonly string[];
  readonly pricedOn: string;
  readonly arePricesAgreed: boolean;
};

/** Lines at the prices and taxes of today. Samples have their value, and a discount of all of it. @throws NO_LINES and what pricing throws */
export const orderedLines = async (
  context: Context,
  { type = 'STANDARD', requestedOn, ...terms }: OrderTerms,
  asked: readonly OrderLineInput[],
): Promise<OrderedLines> => {
  if (asked.length === 0) throw new DomainError('NO_LINES', 'An order needs at least one line.', ['lines']);
  assertQuantities(asked);
  const pricedOn = context.clock.today();
  const lines = type === 'SAMPLE' ? asked.map(givenAway) : asked;
  const { taxRounding: _rounding, ...priced } = await priceDocument(context, { ...terms, day: pricedOn, lines });
  const days = new Map(priced.lines.map(({ key }, index) => [key, asked[index]?.expectedOn ?? requestedOn]));
  return {
    ...priced,
    lines: await withStock(
      context,
      priced.lines.map((line) => untouched(line, days.get(line.key))),
    ),
    ...{ total: priced.totals.total, pricedOn, arePricesAgreed: terms.agreed ?? false },
  };
};

const assertQuantities = (asked: readonly OrderLineInput[]): void => {
  asked.forEach(({ quantity }, index) => {
    if (new Exact(quantity).isZero())
      throw new DomainError('BAD_INPUT', 'A line orders more than nothing.', ['lines', index, 'quantity']);
  });
};

const givenAway = (line: OrderLineInput): OrderLineInput => ({
  ...line,
  discounts: [{ kind: 'PERCENT', value: '100', stacking: 'CASCADE' }],
});

/** A line of which nothing has happened yet. */
export const untouched = (line: StoredLine, expectedOn: string | undefined): OrderLine => ({
  ...line,
  stock: [],
  ...{ reserved: '0', taken: '0', delivered: '0', received: '0', returned: '0', invoiced: '0', cancelled: '0' },
  ...given({ expectedOn }),
});

/** The lines with what one of each takes from stock. */
export const withStock = async ({ data }: Context, lines: readonly OrderLine[]): Promise<readonly OrderLine[]> => {
  const products = await data(Product).getMany([...new Set(lines.flatMap(({ product }) => product ?? []))]);
  return lines.map((line) => ({ ...line, stock: stockOf(products.get(line.product ?? ''), line.unit) }));
};

/** A set takes what it consists of; a box takes what it holds; a service takes nothing. */
export const stockOf = (product: ProductRow | undefined, unit: string | undefined): OrderLine['stock'] => {
  if (!product || product.kind === 'SERVICE') return [];
  const holds = (product.units ?? []).find((other) => other.unit === unit)?.holds ?? '1';
  const parts = product.bundle ?? [{ product: product.id, quantity: '1' }];
  return parts.map((part) => ({ product: part.product, quantity: decimalText(new Exact(part.quantity).times(holds)) }));
};

/** A priced line as it would be given again: prices by hand stay, the others are looked up anew. */
export const asInput = ({ expectedOn, ...line }: OrderLine): OrderLineInput =>
  given({ ...askedLine(line), expectedOn });
