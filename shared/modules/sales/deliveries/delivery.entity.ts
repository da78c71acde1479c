import {
  address,
  boolean,
  choice,
  date,
  dateTime,
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
} from '#kernel';
import { documentTotals, headerDiscount } from '#modules/catalog/pricing';
import { deliveryLine, proof, transport } from './delivery-fields.entity.ts';
import { deliveryProblems } from './delivery.rules.ts';

/** Goods handed over and services rendered, with the document that says so. */
export const Delivery = entity('Delivery', {
  idPrefix: 'dlv',
  plural: 'deliveries',
  describes:
    'Goods that are handed over and services that are rendered: the legal document of what was delivered. Once issued it has its number and does not change; what comes back is noted on it.',
  fields: {
    account: ref('Account', { describes: 'To whom it is delivered.' }),
    contact: optional(ref('Contact', { describes: 'Who is told of it, and gets the document.' })),
    reference: optional(text({ max: 60, search: 'words', describes: 'The customer’s own number for it.' })),
    plannedOn: optional(date({ describes: 'When it is to be delivered.' })),
    shipTo: optional(address({ describes: 'Where it goes; the main address of the account when absent.' })),
    warehouse: optional(text({ max: 80, describes: 'From which warehouse it leaves, unless a line says another.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'The language of the document.' })),
    currency: optional(
      text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, describes: 'ISO 4217; the tenant’s own when absent.' }),
    ),
    headerDiscounts: defaulted(list(headerDiscount, { max: 5, describes: 'Discounts on the whole of it.' }), []),
    showsPrices: optional(
      boolean({ describes: 'Whether the document shows prices; as the tenant has settled it when absent.' }),
    ),
    notes: optional(longText({ max: 5000, describes: 'What is said below the lines.' })),
    transport: optional(transport),
    owner: optional(ref('User', { describes: 'Who is responsible for it.' })),
    team: optional(ref('Team', { describes: 'The team of the delivery.' })),
    order: derivedOptional(ref('Order', { describes: 'The order that it serves.' })),
    quote: derivedOptional(ref('Quote', { describes: 'The offer that it serves, where there was no order.' })),
    number: derivedOptional(
      text({ max: 40, unique: true, search: 'words', describes: 'Its number, taken when it is issued: no gaps.' }),
    ),
    issuedOn: derivedOptional(date({ describes: 'The day of issue.' })),
    lines: derived(parts('DeliveryLine', deliveryLine, { describes: 'What is delivered.' })),
    totals: derived(object('DocumentTotals', documentTotals, { describes: 'What the lines come to.' })),
    total: derived(money({ describes: 'What it comes to, with taxes.' })),
    pdf: derivedOptional(ref('File', { describes: 'The document as it was issued.' })),
    pdfSha256: derivedOptional(text({ max: 64, describes: 'SHA-256 of the document as it was issued, in hex.' })),
    sentAt: derivedOptional(dateTime({ describes: 'When the document was sent last.' })),
    proof: derivedOptional(proof),
    reason: derivedOptional(text({ max: 500, describes: 'Why it came back or was cancelled.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['ISSUED', 'CANCELLED'],
      ISSUED: ['DELIVERED', 'CANCELLED'],
      DELIVERED: ['PARTIALLY_RETURNED', 'RETURNED'],
      PARTIALLY_RETURNED: ['RETURNED'],
      RETURNED: [],
      CANCELLED: [],
    },
    frozenIn: ['ISSUED', 'DELIVERED', 'PARTIALLY_RETURNED', 'RETURNED', 'CANCELLED'],
    closedIn: ['DELIVERED', 'PARTIALLY_RETURNED', 'RETURNED', 'CANCELLED'],
    verbs: { PARTIALLY_RETURNED: 'returned' },
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', as: 'doc', openFirst: true, on: 'Account.deliveries' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', shards: 2, keepsClosed: true },
    byOrder: link('order', 'createdAt', 'Order.deliveries'),
  },
  timeline: ['id', 'account', 'order'],
  title: ({ number, reference }) => number ?? reference ?? 'Delivery',
  check: (row) => deliveryProblems(row),
  events: { sent: 'Its document was mailed.', invoiced: 'Some or all of it was invoiced.' },
});

/** A delivery, as code sees it. */
export type DeliveryRow = Row<typeof Delivery>;
