import { isDeepStrictEqual } from 'node:util';
import {
  change,
  changedBy,
  creation,
  DomainError,
  given,
  mutation,
  optional,
  recordInput,
  ref,
  text,
  toDecimal,
  type Context,
  type InputOf,
} from '#kernel';
import { pricingFails } from '#modules/catalog/pricing';
import { assertWarehouses, defaultWarehouse } from '#modules/catalog/stock';
import { Activity } from '#modules/engagement/activities';
import { Account } from '#modules/parties/accounts';
import { takeDocumentNumber } from '#modules/platform/numbering';
import { cancelSignatures } from '#modules/platform/signing';
import { Opportunity } from '#modules/sales/opportunities';
import { Order, type OrderRow } from './order.entity.ts';
import { asInput, linesInput, orderedLines, type OrderedLines, type OrderLineInput } from './order-lines.operations.ts';

/** What an order is made of, besides its lines. */
export type OrderValues = InputOf<typeof Order> & { readonly quote?: string };

const currency = optional(
  text({
    min: 3,
    max: 3,
    pattern: /^[A-Z]{3}$/,
    describes: 'ISO 4217; that of the customer, or the tenant’s own when absent.',
  }),
);
/** How making an order fails. */
export const orderFails = [
  ...pricingFails,
  'NO_LINES',
  'OTHER_ACCOUNT',
  'WAREHOUSE_UNKNOWN',
  'WAREHOUSE_INACTIVE',
] as const;

export const createOrder = creation(Order, 'createOrder', {
  describes:
    'Takes an order, as a draft with the prices and taxes of today. Taken in a visit or a call, it is kept as the result of that activity.',
  needs: 'order.create',
  input: { lines: linesInput, currency },
  returns: Order,
  fails: orderFails,
  run: async ({ values, lines, currency: said }, context) => {
    const account = await context.data(Account).get(values.account);
    const terms = { ...values, currency: said ?? account.currency ?? context.actor.currency };
    return keepOrder(
      context,
      values,
      terms.currency,
      await orderedLines(context, await withWarehouse(context, terms), lines),
    );
  },
});

export const createOrderFromOpportunity = mutation('createOrderFromOpportunity', {
  describes:
    'Takes the order of an opportunity: its account, its contact and the products that are expected, at the prices of today.',
  needs: 'order.create',
  input: { opportunity: ref('Opportunity', { describes: 'The sale.' }) },
  returns: Order,
  fails: [...orderFails, 'NO_ACCOUNT'],
  run: async ({ opportunity: id }, context) => {
    const { account, contact, products } = await context.data(Opportunity).get(id);
    if (account === undefined)
      throw new DomainError('NO_ACCOUNT', 'The opportunity names no account that orders.', ['opportunity']);
    const values: OrderValues = given({ account, contact, opportunity: id });
    const asked = products.map(({ product, quantity, note }): OrderLineInput => given({ product, quantity, note }));
    const customer = await context.data(Account).get(account);
    const terms = { ...values, currency: customer.currency ?? context.actor.currency };
    return keepOrder(
      context,
      values,
      terms.currency,
      await orderedLines(context, await withWarehouse(context, terms), asked),
    );
  },
});

export const updateOrder = change(Order, 'updateOrder', {
  describes:
    'Changes a draft: absent fields stay, null clears. Lines that are given take the place of all lines. They, and a change of what prices depend on, have all lines priced anew, as of today; otherwise prices stay. Prices of an accepted offer are not looked up again: such an order takes neither other lines nor other terms, only another day, warehouse, address or reference.',
  needs: 'order.update',
  input: {
    ...recordInput('Order'),
    lines: optional(linesInput),
    currency,
  },
  returns: Order,
  fails: [...orderFails, 'PRICES_AGREED', 'SIGNED'],
  run: async ({ id, changes, lines, currency: said }, context) => {
    const order = await draftOf(context, id);
    const undrawn = await redrawn(context, order);
    const after = { ...changedBy(order, changes), currency: said ?? order.currency };
    await assertBelongs(context, after);
    await assertWarehouses(context, codesOf(after, lines ?? order.lines));
    const priced = await linesAfter(context, order, after, lines);
    return context.data(Order).update(order, { ...changes, ...undrawn, currency: after.currency, ...priced });
  },
});

/** What prices depend on, besides the lines and the warehouse. */
const pricedBy = ['account', 'type', 'currency', 'priceList', 'channel', 'coupons', 'headerDiscounts'] as const;

/** The lines after a change: priced anew where it touches prices. @throws PRICES_AGREED where those were agreed in an offer */
const linesAfter = async (
  context: Context,
  order: OrderRow,
  after: OrderRow,
  asked: readonly OrderLineInput[] | undefined,
): Promise<Partial<OrderedLines>> => {
  const isAnew = asked !== undefined || pricedBy.some((name) => !isDeepStrictEqual(order[name], after[name]));
  if (isAnew && order.arePricesAgreed)
    throw new DomainError('PRICES_AGREED', 'Its lines and prices are those of an accepted offer.', ['id']);
  const isElsewhere = after.warehouse !== order.warehouse && !order.arePricesAgreed;
  if (isAnew || isElsewhere) return orderedLines(context, after, asked ?? order.lines.map(asInput));
  return after.requestedOn === order.requestedOn ? {} : { lines: expectedAnew(order, after) };
};

/** Lines that were awaited with the order are awaited with it on its new day. */
const expectedAnew = ({ lines, requestedOn: was }: OrderRow, { requestedOn: is }: OrderRow): OrderRow['lines'] =>
  lines.map(({ expectedOn, ...line }) => ({ ...line, ...given({ expectedOn: expectedOn === was ? is : expectedOn }) }));

/** An order that can still be changed. @throws INVALID_STATE */
export const draftOf = async ({ data }: Context, id: string): Promise<OrderRow> => {
  const order = await data(Order).get(id);
  if (order.status === 'DRAFT') return order;
  throw new DomainError('INVALID_STATE', `It is ${order.status}; only a draft can be changed.`, ['id']);
};

/** What is asked to be signed is not what it was: those requests are taken back. @throws SIGNED where the customer has signed */
export const redrawn = async (context: Context, { id, pdf, signedAt }: OrderRow) => {
  if (signedAt !== undefined)
    throw new DomainError('SIGNED', 'The customer has signed it as it is; cancel it and take another.', ['id']);
  if (pdf === undefined) return {};
  await cancelSignatures(context, id, 'The order has changed.');
  return { pdf: null, pdfSha256: null };
};

/** The terms with the warehouse that ships where nobody has named one. */
export const withWarehouse = async <Terms extends { readonly warehouse?: string }>(
  context: Context,
  terms: Terms,
): Promise<Terms> => {
  const warehouse = terms.warehouse ?? (await defaultWarehouse(context))?.code;
  return warehouse === undefined ? terms : { ...terms, warehouse };
};

/** Keeps a new order, with the next number, and as the result of the visit that it was taken in. */
export const keepOrder = async (
  context: Context,
  values: OrderValues,
  currencyOf: string,
  ordered: OrderedLines,
): Promise<OrderRow> => {
  const placed = await withWarehouse(context, values);
  const [number] = await Promise.all([
    takeDocumentNumber(context, 'order'),
    assertBelongs(context, placed),
    assertWarehouses(context, codesOf(placed, ordered.lines)),
  ]);
  const timeZone = context.actor.timeZone;
  const order = context.data(Order).create({ ...placed, ...ordered, number, timeZone, currency: currencyOf });
  await noteInVisit(context, order);
  return order;
};

const codesOf = (
  { warehouse }: { readonly warehouse?: string },
  lines: readonly { readonly warehouse?: string }[],
): readonly string[] => [warehouse, ...lines.map((line) => line.warehouse)].flatMap((code) => code ?? []);

/** @throws OTHER_ACCOUNT where the sale or the visit is one with somebody else */
const assertBelongs = async (
  { data }: Context,
  { account, opportunity, activity }: Pick<OrderValues, 'account' | 'opportunity' | 'activity'>,
): Promise<void> => {
  const [sale, visit] = await Promise.all([
    opportunity === undefined ? undefined : data(Opportunity).get(opportunity),
    activity === undefined ? undefined : data(Activity).get(activity),
  ]);
  if ((sale?.account ?? account) !== account)
    throw new DomainError('OTHER_ACCOUNT', 'The opportunity is one of another account.', ['opportunity']);
  if ((visit?.account ?? account) !== account)
    throw new DomainError('OTHER_ACCOUNT', 'The activity is one with another account.', ['activity']);
};

const noteInVisit = async ({ trusted }: Context, { activity, number, total }: OrderRow): Promise<void> => {
  if (activity === undefined) return;
  const visit = await trusted(Activity).get(activity);
  const result = `${number}: ${toDecimal(total)} ${total.currency}`;
  if (visit.result === undefined) trusted(Activity).update(visit, { result });
};
