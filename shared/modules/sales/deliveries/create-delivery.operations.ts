import {
  change,
  creation,
  decimal,
  DomainError,
  given,
  list,
  mutation,
  object,
  optional,
  recordInput,
  ref,
  text,
  type AnyField,
  type ChangesOf,
  type Context,
  type DraftOf,
  type InputOf,
} from '#kernel';
import { askedLine, lineInput, mostLines, pricingFails, type LineInput } from '#modules/catalog/pricing';
import { Account } from '#modules/parties/accounts';
import { Order, type OrderRow } from '#modules/sales/orders';
import { noteConverted, Quote } from '#modules/sales/quotes';
import { linesOfOrder, linesOfQuote, linesSoldNow, type DeliveredLines } from './delivery-lines.operations.ts';
import { transport } from './delivery-fields.entity.ts';
import { Delivery, type DeliveryRow } from './delivery.entity.ts';
import type { LineQuantity } from './delivery.rules.ts';

const soldLines = list(object('DirectDeliveryLine', lineInput), { max: mostLines, describes: 'What is delivered.' });
const someLines = optional(
  list(
    object('DeliveredQuantity', {
      key: text({ max: 30, describes: 'The line of the order or offer, by its key.' }),
      quantity: decimal({ min: '0', describes: 'How much of it.' }),
    }),
    { max: mostLines, describes: 'Which lines, and how much of them; all that is left when absent.' },
  ),
);
/** What is said of a delivery that follows from another document. */
const about = {
  contact: optional(ref('Contact', { describes: 'Who gets the document.' })),
  notes: optional(text({ max: 500, describes: 'What is said below the lines.' })),
  transport: optional(transport),
} satisfies Readonly<Record<string, AnyField>>;

const takingFails = ['LINE_NOT_FOUND', 'LINE_TWICE', 'NO_LINES', 'OVER_DELIVERY'] as const;

/** What may be said of a delivery besides its lines. */
export type DeliveryAbout = Partial<Pick<InputOf<typeof Delivery>, 'contact' | 'notes' | 'transport'>>;

export const createDelivery = creation(Delivery, 'createDelivery', {
  describes: 'Prepares a delivery of goods or services that nobody ordered in writing, at the prices of today.',
  needs: 'delivery.create',
  input: { lines: soldLines },
  returns: Delivery,
  fails: [...pricingFails, 'NO_LINES'],
  run: async ({ values, lines }, context) => {
    await context.data(Account).get(values.account);
    return context.data(Delivery).create({ ...values, ...(await soldNow(context, values, lines)) });
  },
});

const soldNow = (context: Context, values: InputOf<typeof Delivery>, lines: readonly LineInput[]) =>
  linesSoldNow(context, { ...values, headerDiscounts: values.headerDiscounts ?? [] }, lines);

export const updateDelivery = change(Delivery, 'updateDelivery', {
  describes:
    'Changes a delivery that was not issued: absent fields stay, null clears. Lines that are given take the place of all lines, at the prices of today; those of an order or an offer stay as they are.',
  needs: 'delivery.update',
  input: { ...recordInput('Delivery'), lines: optional(soldLines) },
  returns: Delivery,
  fails: [...pricingFails, 'NO_LINES', 'FROM_A_DOCUMENT'],
  run: async ({ id, changes, lines }, context) => {
    const delivery = await context.data(Delivery).get(id);
    const repriced = ['account', 'currency', 'headerDiscounts'].some((name) => name in changes);
    if (!lines && !repriced) return context.data(Delivery).update(delivery, changes);
    assertSoldDirectly(delivery);
    const after = afterChange(delivery, changes);
    const sold = await linesSoldNow(context, after, lines ?? delivery.lines.map(askedLine));
    return context.data(Delivery).update(delivery, { ...changes, ...sold });
  },
});

const assertSoldDirectly = ({ order, quote }: DeliveryRow): void => {
  if (order !== undefined || quote !== undefined)
    throw new DomainError(
      'FROM_A_DOCUMENT',
      'Its lines and prices are those of the order or offer; make another one.',
      ['lines'],
    );
};

/** What prices depend on, after a change: null clears. */
const afterChange = (delivery: DeliveryRow, changes: ChangesOf<typeof Delivery>) =>
  given({
    account: changes.account ?? delivery.account,
    currency: changes.currency === null ? undefined : (changes.currency ?? delivery.currency),
    warehouse: changes.warehouse === null ? undefined : (changes.warehouse ?? delivery.warehouse),
    headerDiscounts: changes.headerDiscounts ?? delivery.headerDiscounts,
  });

export const createDeliveryFromOrderCall = mutation('createDeliveryFromOrder', {
  describes:
    'Prepares the delivery of a confirmed order: of all that is left of it, or of some lines and quantities, at the amounts that they have there.',
  needs: 'delivery.create',
  input: { order: ref('Order', { describes: 'The order.' }), lines: someLines, ...about },
  returns: Delivery,
  fails: takingFails,
  run: async ({ order, lines, ...rest }, context) =>
    createDeliveryFromOrder(context, await context.data(Order).get(order), lines, rest),
});

/** Prepares the delivery of an order that the caller may see. @throws INVALID_STATE, OVER_DELIVERY, NO_LINES */
export const createDeliveryFromOrder = (
  context: Context,
  order: OrderRow,
  asked?: readonly LineQuantity[],
  rest: DeliveryAbout = {},
): DeliveryRow => {
  if (order.status !== 'CONFIRMED')
    throw new DomainError('INVALID_STATE', `It is ${order.status}; a confirmed order is delivered.`, ['order']);
  const { id, account, contact, reference, shipTo, warehouse, owner, team } = order;
  const from = given({ account, contact, reference, shipTo, warehouse, owner, team, order: id });
  return make(context, { ...from, ...rest, currency: order.total.currency }, linesOfOrder(order, asked));
};

export const createDeliveryFromQuoteCall = mutation('createDeliveryFromQuote', {
  describes:
    'Prepares the delivery of an accepted offer without an order: of all that is left of it, or of some lines and quantities.',
  needs: 'delivery.create',
  input: { quote: ref('Quote', { describes: 'The accepted version.' }), lines: someLines, ...about },
  returns: Delivery,
  fails: [...takingFails, 'OVER_CONVERTED'],
  run: ({ quote, lines, ...rest }, context) => createDeliveryFromQuote(context, quote, lines, rest),
});

/** Prepares the delivery of an accepted offer, which counts what was taken of it. @throws INVALID_STATE, OVER_DELIVERY, NO_LINES */
export const createDeliveryFromQuote = async (
  context: Context,
  quoteId: string,
  asked?: readonly LineQuantity[],
  rest: DeliveryAbout = {},
): Promise<DeliveryRow> => {
  const quote = await context.data(Quote).get(quoteId);
  const sold = linesOfQuote(quote, asked);
  await noteConverted(
    context,
    quoteId,
    sold.lines.map(({ quoteLine = '', quantity }) => ({ key: quoteLine, quantity })),
  );
  const { account, contact, warehouse, owner, team, locale } = quote;
  const from = given({ account, contact, warehouse, owner, team, locale, quote: quoteId });
  return make(context, { ...from, ...rest, currency: quote.total.currency }, sold);
};

const make = (
  { data }: Context,
  values: Omit<DraftOf<typeof Delivery>, keyof DeliveredLines>,
  sold: DeliveredLines,
): DeliveryRow => data(Delivery).create({ ...values, ...sold });
