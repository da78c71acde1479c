// All that a seller needs to take an order in a visit, in one question.
import {
  dateTime,
  decimal,
  DomainError,
  given,
  integer,
  list,
  money,
  object,
  optional,
  query,
  records,
  ref,
  text,
  type Context,
} from '#kernel';
import { priceDocument, type LineInput, type StoredLine } from '#modules/catalog/pricing';
import { Product } from '#modules/catalog/products';
import { Promotion, promotionsFor } from '#modules/catalog/promotions';
import { defaultWarehouse } from '#modules/catalog/stock';
import { Activity } from '#modules/engagement/activities';
import { TradingAccount, type TradingAccountRow } from '#modules/sales/terms';
import { creditFields, standingOf } from './credit.operations.ts';
import { stockFor } from './line-stock.operations.ts';
import { Order, type OrderRow } from './order.entity.ts';
import { placeOf, usualProducts, type Usual } from './order-proposal.rules.ts';
import { stockOf } from './order-lines.operations.ts';

/** Past orders that are looked at. */
const mostOrders = 5;
/** Products that are proposed. */
const mostProducts = 30;

const proposedLine = object('ProposedLine', {
  product: ref('Product', { describes: 'What it usually orders.' }),
  times: integer({ describes: 'In how many of its last orders.' }),
  quantity: decimal({ describes: 'How many it ordered last.' }),
  unit: optional(text({ max: 20, describes: 'In which unit.' })),
  lastOrderedAt: dateTime({ describes: 'When it ordered it last.' }),
  unitPrice: optional(decimal({ describes: 'The price of one today; absent when nobody knows it.' })),
  discount: optional(money({ describes: 'What discounts and promotions take off so many of it today.' })),
  net: optional(money({ describes: 'What so many cost today, before discounts on the whole order and taxes.' })),
  promotions: list(ref('Promotion'), { max: 40, describes: 'The promotions that reduce it today.' }),
  free: optional(decimal({ describes: 'How many can be promised; absent when nobody tells its stock.' })),
  countedAt: optional(dateTime({ describes: 'As of when.' })),
});

export const orderProposal = query('orderProposal', {
  describes:
    'What a seller needs to take an order in a visit: what the customer ordered last and usually orders, at the prices of today with promotions and stock, which promotions run for it, and its credit. Then `createOrder` with `activity` keeps the order as the result of the visit.',
  needs: 'order.read',
  input: {
    account: ref('Account', { describes: 'Who is visited.' }),
    activity: optional(ref('Activity', { describes: 'The visit.' })),
    warehouse: optional(text({ max: 80, describes: 'The warehouse whose stock is shown; the usual one when absent.' })),
  },
  returns: {
    lastOrders: records(Order, 'Its last orders, the newest first; at most 5.'),
    lines: list(proposedLine, { max: mostProducts, describes: 'What it usually orders, the most usual first.' }),
    promotions: records(Promotion, 'What runs for it without a coupon.'),
    credit: object('CustomerCredit', creditFields, { describes: 'Its credit.' }),
    holds: list(text({ max: 40 }), {
      max: 10,
      describes: 'Why any order of it would wait: CREDIT_BLOCKED, OVERDUE, CREDIT_LIMIT.',
    }),
  },
  fails: ['OTHER_ACCOUNT'],
  run: async ({ account: id, activity, warehouse: said }, context) => {
    const account = await context.data(TradingAccount).get(id);
    await assertWith(context, account, activity);
    const [lastOrders, running, standing, usual] = await Promise.all([
      lastOrdersOf(context, id),
      promotionsFor(context, saleOf(context, account)),
      standingOf(context, account),
      said === undefined ? defaultWarehouse(context) : undefined,
    ]);
    const { holds, ...credit } = standing;
    const lines = await proposedLines(context, account, lastOrders, said ?? usual?.code);
    const promotions = running.filter(({ coupon }) => coupon === undefined);
    return { lastOrders, lines, promotions, credit, holds };
  },
});

const assertWith = async (
  { data }: Context,
  { id }: TradingAccountRow,
  activity: string | undefined,
): Promise<void> => {
  const visit = activity === undefined ? undefined : await data(Activity).get(activity);
  if ((visit?.account ?? id) !== id)
    throw new DomainError('OTHER_ACCOUNT', 'The activity is one with another account.', ['activity']);
};

const saleOf = ({ clock }: Context, { id: account, priceGroup, priceList }: TradingAccountRow) =>
  given({ account, priceGroup, priceList, day: clock.today(), coupons: [] });

/** The newest, whole: open and closed ones lie apart, and lists have no lines. */
const lastOrdersOf = async ({ data }: Context, of: string): Promise<readonly OrderRow[]> => {
  const pages = await Promise.all(
    [true, false].map((open) => data(Order).page('byAccount', { of, open, descending: true, first: mostOrders })),
  );
  const newest = pages
    .flatMap(({ rows }) => rows)
    .filter(({ status, type }) => status !== 'CANCELLED' && type !== 'SAMPLE')
    .sort((a, b) => (placeOf(a) > placeOf(b) ? -1 : 1))
    .slice(0, mostOrders);
  return Promise.all(newest.map(({ id }) => data(Order).get(id)));
};

const proposedLines = async (
  context: Context,
  account: TradingAccountRow,
  past: readonly OrderRow[],
  warehouse: string | undefined,
) => {
  const usual = usualProducts(past, mostProducts);
  const products = await context.data(Product).getMany(usual.map(({ product }) => product));
  const sold = usual.filter(({ product: id }) => {
    const product = products.get(id);
    return product?.active === true && product.isSold && product.archivedAt === undefined;
  });
  const wanting = sold.map(({ product, quantity, unit }) => ({
    ...{ key: product, reserved: '0', needed: quantity, stock: stockOf(products.get(product), unit) },
  }));
  const [priced, stock] = await Promise.all([
    pricesOf(context, account, sold, warehouse),
    stockFor(context, wanting, given({ warehouse, type: 'STANDARD' })),
  ]);
  const prices = new Map(priced.map((line) => [line.key, line]));
  const levels = new Map(stock.map((each) => [each.key, each]));
  return sold.map(({ order: _order, ...each }) => ({
    ...each,
    ...pricesIn(prices.get(each.product)),
    ...given({ free: levels.get(each.product)?.free, countedAt: levels.get(each.product)?.countedAt }),
  }));
};

const pricesIn = (line: StoredLine | undefined) => ({
  ...given({ unitPrice: line?.unitPrice, discount: line?.discount, net: line?.net }),
  promotions: [
    ...(line?.discounts ?? []).flatMap(({ id, source }) => (source === 'PROMOTION' ? [id] : [])),
    ...(line?.promotions ?? []).map(({ promotion }) => promotion),
  ],
});

/** The products at today's prices; one that has none today is left out, and the others are priced without it. */
const pricesOf = async (
  context: Context,
  account: TradingAccountRow,
  asked: readonly Pick<Usual, 'product' | 'quantity' | 'unit'>[],
  warehouse: string | undefined,
): Promise<readonly StoredLine[]> => {
  if (asked.length === 0) return [];
  const lines = asked.map(({ product, quantity, unit }): LineInput => given({ key: product, product, quantity, unit }));
  const currency = account.currency ?? context.actor.currency;
  const request = given({ account: account.id, currency, day: context.clock.today(), warehouse, lines });
  try {
    return (await priceDocument(context, request)).lines;
  } catch (error) {
    const unpriced = error instanceof DomainError ? error.problems[0]?.path?.[1] : undefined;
    if (typeof unpriced !== 'number') throw error;
    return pricesOf(
      context,
      account,
      asked.filter((_, index) => index !== unpriced),
      warehouse,
    );
  }
};
