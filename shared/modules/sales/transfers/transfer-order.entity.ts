import {
  choice,
  date,
  dateTime,
  decimal,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  link,
  money,
  noOwner,
  optional,
  parts,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { pricedLine } from '#modules/catalog/pricing';
import { answers } from './transfer.rules.ts';

const transferLine = {
  ...pricedLine,
  answer: optional(
    choice(answers, {
      named: 'TransferAnswer',
      describes: 'What the wholesaler said of it: taken, taken for later, refused, or another product in its place.',
    }),
  ),
  accepted: decimal({ describes: 'How many the wholesaler will serve; all until it answers.' }),
  substitute: optional(ref('Product', { describes: 'What is served in its place.' })),
  expectedOn: optional(date({ describes: 'When what comes later is expected.' })),
  remark: optional(text({ max: 200, describes: 'What the wholesaler said with it.' })),
  served: decimal({ describes: 'How many it has served.' }),
};
/** A line, as code sees it. */
export type TransferLine = Values<typeof transferLine>;

/** An order that we take and a wholesaler serves and invoices. */
export const TransferOrder = entity('TransferOrder', {
  idPrefix: 'tro',
  describes:
    'An order that our people take at our terms, and that a wholesaler of the customer’s choice serves and invoices: how far it is with the wholesaler. What the customer ordered is its order.',
  fields: {
    order: ref('Order', { describes: 'The order, of the type TRANSFER.' }),
    account: ref('Account', { describes: 'The customer.' }),
    wholesaler: ref('Wholesaler', { describes: 'Who serves and invoices it.' }),
    branch: optional(text({ max: 80, describes: 'Which branch of the wholesaler.' })),
    customerCode: derived(text({ max: 60, describes: 'By which number the wholesaler knows the customer.' })),
    number: derived(text({ max: 40, search: 'words', describes: 'The number of the order.' })),
    place: derivedOptional(
      text({ max: 40, unique: true, describes: 'The order, while it stands: a wholesaler at a time.' }),
    ),
    waitsFor: derivedOptional(ref('Wholesaler', { describes: 'The wholesaler, while it waits for the next batch.' })),
    lines: derived(parts('TransferOrderLine', transferLine, { describes: 'What the wholesaler is to serve.' })),
    agreed: derived(money({ describes: 'What was agreed with the customer, without taxes.' })),
    servedNet: derived(money({ describes: 'What was served of it, at what was agreed: this counts for the seller.' })),
    compensation: derived(money({ describes: 'What we owe the wholesaler for our discounts on what it has served.' })),
    batch: derivedOptional(ref('TransferBatch', { describes: 'With which batch it went.' })),
    sentAt: derivedOptional(dateTime({ describes: 'When it was handed over.' })),
    answeredAt: derivedOptional(dateTime({ describes: 'When the wholesaler answered.' })),
    theirReference: derivedOptional(text({ max: 80, search: 'words', describes: 'Its number there.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why the wholesaler refused it.' })),
    claim: derivedOptional(ref('TransferClaim', { describes: 'With which claim of the wholesaler it was settled.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['CONFIRMED'],
      CONFIRMED: ['SENT'],
      SENT: ['ACKNOWLEDGED', 'REJECTED_BY_WHOLESALER'],
      ACKNOWLEDGED: ['PARTIALLY_SERVED', 'SERVED'],
      PARTIALLY_SERVED: ['SERVED'],
      SERVED: ['SETTLED'],
      REJECTED_BY_WHOLESALER: [],
      SETTLED: [],
    },
    frozenIn: ['REJECTED_BY_WHOLESALER', 'SETTLED'],
    closedIn: ['REJECTED_BY_WHOLESALER', 'SETTLED'],
    verbs: { REJECTED_BY_WHOLESALER: 'rejected', PARTIALLY_SERVED: 'partlyServed' },
  },
  owner: inheritsFrom('order'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.transferOrders', openFirst: true },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 2 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt' },
    byOrder: link('order', 'createdAt', 'Order.transferOrders'),
    byWholesaler: link('wholesaler', 'createdAt', 'Wholesaler.transferOrders'),
    byWaiting: { gsi: 5, of: 'waitsFor' },
    byBatch: link('batch', 'createdAt', 'TransferBatch.transferOrders'),
  },
  defaults: [],
  timeline: ['id', 'account', 'order'],
  title: ({ number }) => number,
  prepare: ({ status, place, wholesaler }) => ({
    waitsFor: status === 'CONFIRMED' && place !== undefined ? wholesaler : null,
  }),
});

/** A transfer order, as code sees it. */
export type TransferOrderRow = Row<typeof TransferOrder>;

/** The orders that went to a wholesaler at once. */
export const TransferBatch = entity('TransferBatch', {
  idPrefix: 'trb',
  plural: 'transferBatches',
  describes: 'Transfer orders that were handed over to a wholesaler at once, as one table.',
  fields: {
    wholesaler: ref('Wholesaler', { describes: 'To whom.' }),
    number: derived(text({ max: 40, unique: true, search: 'words', describes: 'Its number.' })),
    orders: derived(integer({ min: 1, describes: 'How many orders.' })),
    lines: derived(integer({ min: 1, describes: 'How many lines.' })),
    dispatchedAt: derived(dateTime({ describes: 'When it went, or was ready to be fetched.' })),
    file: derived(ref('File', { describes: 'The table.' })),
    mail: derivedOptional(ref('Mail', { describes: 'The e-mail that took it there.' })),
  },
  owner: noOwner,
  keys: {
    byWholesaler: { gsi: 1, of: 'wholesaler', sort: 'dispatchedAt', on: 'Wholesaler.batches' },
    all: { gsi: 3, sort: 'dispatchedAt' },
  },
  defaults: [],
  timeline: ['id', 'wholesaler'],
  title: ({ number }) => number,
});
