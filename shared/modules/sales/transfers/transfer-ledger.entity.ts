import {
  date,
  decimal,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  link,
  list,
  money,
  noOwner,
  object,
  ref,
  text,
  type Row,
} from '#kernel';

/** What a wholesaler says that it has served of a line, with one invoice. */
export const TransferServing = entity('TransferServing', {
  idPrefix: 'trs',
  describes:
    'What a wholesaler has served of a line of a transfer order with one of its invoices: it counts for the seller at the price that was agreed.',
  fields: {
    transferOrder: ref('TransferOrder', { describes: 'Of which order.' }),
    account: ref('Account', { describes: 'The customer.' }),
    wholesaler: ref('Wholesaler', { describes: 'Who served it.' }),
    line: text({ max: 30, describes: 'Of which line.' }),
    product: derivedOptional(ref('Product', { describes: 'What was ordered.' })),
    quantity: decimal({ min: '0.000001', describes: 'How many.' }),
    servedOn: date({ describes: 'On which day.' }),
    invoiceNumber: text({ min: 1, max: 60, search: 'words', describes: 'The wholesaler’s invoice.' }),
    net: derived(money({ describes: 'What it is worth at the agreed price, without taxes.' })),
    compensation: derived(money({ describes: 'What our discounts on it are worth: the wholesaler claims it.' })),
    place: derived(text({ max: 160, unique: true, describes: 'Order, invoice and line: it counts once.' })),
  },
  owner: inheritsFrom('transferOrder'),
  keys: {
    byTransferOrder: { gsi: 1, of: 'transferOrder', sort: 'servedOn', on: 'TransferOrder.servings' },
    byOwner: { gsi: 2, sort: 'servedOn' },
    all: { gsi: 3, sort: 'servedOn', shards: 2 },
    byAccount: link('account', 'servedOn', 'Account.transferServings'),
  },
  defaults: [],
  timeline: ['id', 'transferOrder'],
  title: ({ invoiceNumber, line }) => `${invoiceNumber} ${line}`,
});

/** What was served, as code sees it. */
export type TransferServingRow = Row<typeof TransferServing>;

const claimLine = {
  transferOrder: ref('TransferOrder', { describes: 'For which order.' }),
  amount: money({ describes: 'What the wholesaler wants for it.' }),
  expected: money({ describes: 'What our discounts on what it served come to.' }),
};

/** What a wholesaler wants back for the discounts that it gave in our name. */
export const TransferClaim = entity('TransferClaim', {
  idPrefix: 'trc',
  describes:
    'What a wholesaler wants back for the discounts that it gave our customers in our name. It is settled when it asks for what it served, or when somebody who may accepts the difference.',
  fields: {
    wholesaler: ref('Wholesaler', { describes: 'Who claims.' }),
    number: text({ min: 1, max: 60, search: 'words', describes: 'The number of its claim.' }),
    claimedOn: date({ describes: 'The day of its claim.' }),
    lines: derived(list(object('TransferClaimLine', claimLine), { max: 40, describes: 'Order by order.' })),
    amount: derived(money({ describes: 'What it wants.' })),
    difference: derived(money({ describes: 'By how much that is more than expected.' })),
    place: derived(text({ max: 120, unique: true, describes: 'Wholesaler and number: it is claimed once.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why the difference was accepted, or the claim rejected.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['SETTLED', 'REJECTED'], SETTLED: [], REJECTED: [] },
    frozenIn: ['SETTLED', 'REJECTED'],
    closedIn: ['SETTLED', 'REJECTED'],
  },
  owner: noOwner,
  keys: {
    byWholesaler: { gsi: 1, of: 'wholesaler', sort: 'claimedOn', on: 'Wholesaler.claims' },
    all: { gsi: 3, sort: 'claimedOn' },
    byStatus: { gsi: 4, of: 'status', sort: 'claimedOn' },
  },
  defaults: [],
  timeline: ['id', 'wholesaler'],
  title: ({ number }) => number,
});

/** A claim, as code sees it. */
export type TransferClaimRow = Row<typeof TransferClaim>;
