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
  integer,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { taxCategory } from '#modules/catalog/taxes';
import { blockCodes } from './blocks.rules.ts';

/** From where something to be invoiced comes. */
export const billableKinds = ['DELIVERY', 'ORDER', 'CONTRACT_PERIOD', 'MILESTONE', 'MANUAL'] as const;

const blockFields = {
  code: choice(blockCodes, { named: 'BillingBlockCode', describes: 'Why it cannot be invoiced.' }),
  reason: optional(text({ max: 500, describes: 'More about it, where somebody said so.' })),
  by: optional(text({ max: 40, describes: 'The id of whoever set it; absent where the product found it.' })),
  at: dateTime({ describes: 'Since when.' }),
};
/** What keeps something from being invoiced. */
export type BillingBlock = Values<typeof blockFields>;

const what = {
  product: optional(ref('Product', { describes: 'What was sold.' })),
  description: text({ min: 1, max: 500, search: 'words', describes: 'What it says on the invoice.' }),
  note: optional(longText({ max: 2000, describes: 'More about it, below the line.' })),
  quantity: decimal({ min: '0', describes: 'How many.' }),
  unit: optional(text({ max: 20, describes: 'In which unit.' })),
  unitPrice: decimal({ min: '0', describes: 'The price of one, before what is taken off.' }),
  taxCategory: optional(taxCategory),
  taxCodes: optional(list(text({ max: 40 }), { max: 10, describes: 'Taxes in place of the product’s own.' })),
};

const together = {
  reference: optional(text({ max: 60, search: 'words', describes: 'The number of the customer’s purchase order.' })),
  project: optional(text({ max: 80, describes: 'The project that it is for.' })),
  shipTo: optional(address({ describes: 'Where it went.' })),
  paymentDays: optional(integer({ min: 0, max: 365, describes: 'Days to pay; the account’s when absent.' })),
  emissionPoint: optional(ref('EmissionPoint', { describes: 'Where it is invoiced; the default point when absent.' })),
};

const sources = {
  source: derived(text({ max: 90, unique: true, describes: 'What it is of, line included: there is one for each.' })),
  order: derivedOptional(ref('Order', { describes: 'The order.' })),
  orderLine: derivedOptional(text({ max: 30, describes: 'Its line.' })),
  delivery: derivedOptional(ref('Delivery', { describes: 'The delivery.' })),
  deliveryLine: derivedOptional(text({ max: 30, describes: 'Its line.' })),
  contract: derivedOptional(ref('Contract', { describes: 'The contract.' })),
  contractPeriod: derivedOptional(ref('ContractPeriod', { describes: 'Its period.' })),
};

const outcome = {
  blockedBy: derived(
    list(object('BillingBlock', blockFields), {
      max: 10,
      describes: 'What keeps it from being invoiced; nothing where it is empty.',
    }),
  ),
  isBlocked: derived(boolean({ describes: 'Whether anything keeps it from being invoiced.' })),
  invoice: derivedOptional(
    ref('Invoice', { describes: 'The invoice that it is on, or the draft that it is reserved for.' }),
  ),
  originalInvoice: derivedOptional(
    ref('Invoice', { describes: 'The invoice that it was on before it was to be invoiced again.' }),
  ),
  reason: derivedOptional(text({ max: 500, describes: 'Why it is to be invoiced again, or never will be.' })),
  waivedBy: derivedOptional(text({ max: 40, describes: 'The id of whoever agreed that it is never invoiced.' })),
  lateAt: derivedOptional(dateTime({ describes: 'When it will have waited too long, while nobody has been told.' })),
  toldLateAt: derivedOptional(dateTime({ describes: 'When people were told that it has waited too long.' })),
};

/** Something that was delivered, agreed or rendered, and is to be invoiced. */
export const BillableItem = entity('BillableItem', {
  idPrefix: 'bil',
  describes:
    'Something that is to be invoiced, from its source until it is on an issued invoice: a line of a delivery or an order, the period of a contract, a milestone. What keeps it from being invoiced is said on it.',
  fields: {
    account: ref('Account', { describes: 'Who is invoiced.' }),
    kind: defaulted(choice(billableKinds, { named: 'BillableKind', describes: 'What it comes of.' }), 'MANUAL'),
    ...what,
    currency: optional(
      text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, describes: 'ISO 4217; the tenant’s own when absent.' }),
    ),
    readyOn: date({ describes: 'Since when it may be invoiced.' }),
    ...together,
    owner: optional(ref('User', { describes: 'Whose business it is.' })),
    team: optional(ref('Team', { describes: 'The team of the business.' })),
    ...sources,
    reduction: derived(money({ describes: 'What is taken off quantity times price.' })),
    base: derived(money({ describes: 'What it comes to without taxes.' })),
    total: derived(money({ describes: 'What it comes to with taxes.' })),
    ...outcome,
  },
  states: {
    field: 'status',
    initial: 'PENDING',
    moves: {
      PENDING: ['RESERVED', 'INVOICED', 'WAIVED'],
      RESERVED: ['PENDING_REINVOICE', 'INVOICED', 'WAIVED'],
      INVOICED: ['PENDING_REINVOICE', 'WAIVED'],
      PENDING_REINVOICE: ['RESERVED', 'INVOICED', 'WAIVED'],
      WAIVED: [],
    },
    closedIn: ['INVOICED', 'WAIVED'],
    verbs: { PENDING_REINVOICE: 'reopened' },
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'readyOn', on: 'Account.billableItems', openFirst: true },
    byOwner: { gsi: 2, sort: 'readyOn' },
    all: { gsi: 3, sort: 'readyOn', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'readyOn', shards: 4 },
    byOrder: link('order', 'readyOn', 'Order.billableItems'),
    byDelivery: link('delivery', 'readyOn', 'Delivery.billableItems'),
    byInvoice: link('invoice', 'readyOn', 'Invoice.billableItems'),
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ description }) => description,
  prepare: ({ blockedBy }) => ({ isBlocked: blockedBy.length > 0 }),
  dueAt: ({ status, lateAt }) => (status === 'PENDING' || status === 'PENDING_REINVOICE' ? lateAt : undefined),
  events: {
    blocked: 'Something keeps it from being invoiced.',
    unblocked: 'Nothing keeps it from being invoiced any more, or less than before.',
    reduced: 'Part of it came back before it was invoiced.',
  },
});

/** Such an item, as code sees it. */
export type BillableItemRow = Row<typeof BillableItem>;
