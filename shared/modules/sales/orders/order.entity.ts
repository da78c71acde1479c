import {
  address,
  boolean,
  choice,
  date,
  dateTime,
  decimal,
  defaulted,
  derived,
  derivedOptional,
  entity,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  parts,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { documentTotals, headerDiscount, pricedLine } from '#modules/catalog/pricing';
import { axes, isOpenOrder, prepareOrder } from './order.rules.ts';

/** What a line of an order says besides its price: what has become of its quantity. */
const progress = {
  stock: list(
    object('OrderLineStock', {
      product: ref('Product', { describes: 'What is taken from stock.' }),
      quantity: decimal({ describes: 'How many for one of the line, in the unit of the product.' }),
    }),
    {
      max: 50,
      describes: 'What one of the line takes from stock: the product, or what a set consists of; nothing for services.',
    },
  ),
  reserved: decimal({ describes: 'How many are put by in stock for it.' }),
  taken: decimal({ describes: 'How many have left stock for it.' }),
  delivered: decimal({ describes: 'How many have left for the customer.' }),
  received: decimal({ describes: 'How many the customer is known to have received.' }),
  returned: decimal({ describes: 'How many came back.' }),
  invoiced: decimal({ describes: 'How many are on issued invoices or on drafts of them.' }),
  cancelled: decimal({ describes: 'How many are not wanted any more.' }),
  expectedOn: optional(date({ describes: 'The day on which it is to arrive.' })),
  quoteLine: optional(text({ max: 30, describes: 'The line of the offer that it comes from.' })),
};

const orderLine = { ...pricedLine, ...progress };
/** A line, as code sees it. */
export type OrderLine = Values<typeof orderLine>;

const parties = {
  account: ref('Account', { describes: 'Who orders.' }),
  contact: optional(ref('Contact', { describes: 'Who ordered on the customer’s side.' })),
  opportunity: optional(ref('Opportunity', { describes: 'The sale that it comes from.' })),
  activity: optional(ref('Activity', { describes: 'The visit or call in which it was taken: its result.' })),
  owner: optional(ref('User', { describes: 'Who sells.' })),
  team: optional(ref('Team', { describes: 'The team that sells.' })),
};

const conditions = {
  type: defaulted(
    choice(['STANDARD', 'SAMPLE', 'TRANSFER'], {
      named: 'OrderType',
      describes:
        'SAMPLE is given away and counts on limits of its own; TRANSFER is served and invoiced by a wholesaler.',
    }),
    'STANDARD',
  ),
  reference: optional(
    text({ max: 80, search: 'words', describes: 'The number that the customer’s own purchase order has.' }),
  ),
  requestedOn: optional(date({ describes: 'The day on which the customer wants it.' })),
  priceList: optional(ref('PriceList', { describes: 'In place of the customer’s own list.' })),
  channel: optional(text({ max: 40, describes: 'The channel of the sale.' })),
  warehouse: optional(
    text({
      max: 80,
      describes: 'The code of the warehouse that ships, where a line names no other; the usual one when absent.',
    }),
  ),
  shipTo: optional(address({ describes: 'Where it goes; the main address of the customer when absent.' })),
  coupons: defaulted(list(text({ max: 40 }), { max: 10, describes: 'Words of promotions.' }), []),
  headerDiscounts: defaulted(list(headerDiscount, { max: 5, describes: 'Discounts on the whole of it.' }), []),
  note: optional(longText({ max: 5000, describes: 'What else was agreed, also for those who ship.' })),
};

const outcome = {
  quote: derivedOptional(ref('Quote', { describes: 'The accepted offer that it comes from.' })),
  number: derived(text({ max: 40, unique: true, search: 'words', describes: 'Its number.' })),
  currency: derived(text({ min: 3, max: 3, describes: 'ISO 4217: the currency of all its amounts.' })),
  pricedOn: derived(date({ describes: 'The day whose prices and taxes it has.' })),
  arePricesAgreed: derived(
    boolean({
      describes: 'Whether its prices were agreed before, in an accepted offer: they are not looked up again.',
    }),
  ),
  lines: derived(parts('OrderLine', orderLine, { describes: 'What is ordered, and what has become of it.' })),
  totals: derived(object('DocumentTotals', documentTotals, { describes: 'What it comes to.' })),
  total: derived(money({ describes: 'What it costs, with taxes.' })),
  promotions: derived(list(ref('Promotion'), { max: 100, describes: 'The promotions that gave something.' })),
  fulfilment: derived(choice(axes, { named: 'OrderProgress', describes: 'How much of it has been delivered.' })),
  invoicing: derived(choice(axes, { named: 'OrderProgress', describes: 'How much of it has been invoiced.' })),
  uninvoiced: derived(money({ describes: 'What is still to be invoiced, with taxes.' })),
  confirmedAt: derivedOptional(dateTime({ describes: 'When it was confirmed.' })),
  confirmedBy: derivedOptional(text({ max: 40, describes: 'The id of whoever confirmed it.' })),
  closedAt: derivedOptional(dateTime({ describes: 'When it was closed or cancelled.' })),
  reason: derivedOptional(text({ max: 500, describes: 'Why it was cancelled, closed early, or not approved.' })),
  heldFor: derivedOptional(
    list(text({ max: 40 }), {
      max: 10,
      describes:
        'Why it waits, or was confirmed all the same: DISCOUNT, CREDIT_LIMIT, CREDIT_BLOCKED, OVERDUE, CURRENCY.',
    }),
  ),
  released: derivedOptional(
    object(
      'OrderRelease',
      {
        reason: text({ max: 500, describes: 'Why.' }),
        by: text({ max: 40, describes: 'The id of whoever did it.' }),
        at: dateTime({ describes: 'When.' }),
      },
      { describes: 'Set when it was confirmed because somebody who may decided so.' },
    ),
  ),
  sampled: derivedOptional(
    object(
      'OrderSampling',
      {
        on: date({ describes: 'The day in whose period.' }),
        seller: text({ max: 40, describes: 'The id of whoever gave them.' }),
        team: optional(text({ max: 40, describes: 'The id of the team.' })),
      },
      { describes: 'On whose limits its samples were counted, and when.' },
    ),
  ),
  pdf: derivedOptional(ref('File', { describes: 'The document, as it was last drawn up to be signed.' })),
  pdfSha256: derivedOptional(text({ max: 64, describes: 'SHA-256 of that document, in hex.' })),
  signature: derivedOptional(ref('Signature', { describes: 'The customer’s signature under it.' })),
  signedBy: derivedOptional(text({ max: 200, describes: 'Who signed it for the customer.' })),
  signedAt: derivedOptional(dateTime({ describes: 'When it was signed.' })),
  timeZone: derived(text({ max: 60, describes: 'The zone whose days it is counted in: that of whoever made it.' })),
  nextExpectedOn: derivedOptional(
    date({ describes: 'The day on which the next of what is still to come is awaited.' }),
  ),
  toldLateOn: derivedOptional(date({ describes: 'The awaited day of which was told last that nothing came.' })),
  lateAt: derivedOptional(dateTime({ describes: 'When it will be late, while nobody has been told.' })),
};

/** What a customer has ordered. */
export const Order = entity('Order', {
  idPrefix: 'ord',
  describes:
    'What a customer has ordered: goods and services at a price. How far it is delivered and how far it is invoiced are told apart from where it is in its life.',
  fields: { ...parties, ...conditions, ...outcome },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['PENDING_APPROVAL', 'CONFIRMED', 'CANCELLED'],
      PENDING_APPROVAL: ['DRAFT', 'CONFIRMED', 'CANCELLED'],
      CONFIRMED: ['CLOSED', 'CANCELLED'],
      CLOSED: ['CONFIRMED'],
      CANCELLED: [],
    },
    frozenIn: ['CLOSED', 'CANCELLED'],
    closedIn: ['CLOSED', 'CANCELLED'],
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', as: 'doc', openFirst: true, on: 'Account.orders' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', shards: 2 },
    byNumber: { gsi: 5, of: 'number' },
    byOpportunity: link('opportunity', 'createdAt', 'Opportunity.orders'),
    byQuote: link('quote', 'createdAt', 'Quote.orders'),
    byActivity: link('activity', 'createdAt', 'Activity.orders'),
  },
  defaults: [],
  timeline: ['id', 'account', 'contact', 'opportunity', 'activity'],
  title: ({ number, reference }) => (reference === undefined ? number : `${number} ${reference}`),
  events: {
    progressed: 'Something of it was delivered, received, sent back or invoiced.',
    reduced: 'Part of it is not wanted any more.',
    signed: 'The customer signed it.',
    reserved: 'Stock was put by for it, or is free again.',
    expected: 'What is to come was promised for another day.',
    delayed: 'An awaited day has passed, and not all has been delivered.',
    reopened: 'It was closed, and something of it is to be invoiced or delivered again.',
  },
  prepare: (after) => prepareOrder(after),
  isOpen: (order) => isOpenOrder(order),
  dueAt: ({ lateAt }) => lateAt,
});

/** An order, as code sees it. */
export type OrderRow = Row<typeof Order>;
