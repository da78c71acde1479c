import {
  boolean,
  choice,
  date,
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
  parts,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { documentTax, documentTotals, headerDiscount, pricedLine } from '#modules/catalog/pricing';
import { settleInvoiceRow } from './invoice.rules.ts';
import { issuedFields } from './issued.entity.ts';

/** Where a line comes from: what is invoiced here is invoiced nowhere else. */
export const lineSources = {
  order: optional(ref('Order', { describes: 'The order that it comes from.' })),
  orderLine: optional(text({ max: 30, describes: 'The line of the order.' })),
  delivery: optional(ref('Delivery', { describes: 'The delivery that it comes from.' })),
  deliveryLine: optional(text({ max: 30, describes: 'The line of the delivery.' })),
  quoteLine: optional(text({ max: 30, describes: 'The line of the quote.' })),
  billable: optional(ref('*', { describes: 'The billable item that it comes from.' })),
};

/** Amounts of a line, or a part of them. */
export const lineShare = {
  quantity: decimal({ min: '0', describes: 'How many.' }),
  gross: money({ describes: 'Quantity times price.' }),
  discount: money({ describes: 'What discounts took off.' }),
  headerDiscount: money({ describes: 'The share of the discount on the whole document.' }),
  base: money({ describes: 'Without taxes.' }),
  taxes: list(documentTax, { max: 10, describes: 'The taxes.' }),
};
/** Amounts of a line, as code sees them. */
export type LineShare = Values<typeof lineShare>;

const invoiceLine = {
  ...pricedLine,
  ...lineSources,
  credited: decimal({ describes: 'How many were credited because they came back or the sale was cancelled.' }),
  creditedShare: optional(object('CreditedShare', lineShare, { describes: 'What credit notes took of its amounts.' })),
};
/** A line, as code sees it. */
export type InvoiceLine = Values<typeof invoiceLine>;

const deduction = object('AdvanceDeduction', {
  advance: ref('Advance', { describes: 'The advance.' }),
  number: text({ max: 60, describes: 'The number of the invoice of the advance.' }),
  base: money({ describes: 'Without taxes.' }),
  taxes: list(documentTax, { max: 10, describes: 'The taxes, as the advance had them.' }),
  total: money({ describes: 'What is taken off what there is to pay.' }),
});

/** What is owed for goods and services. */
export const Invoice = entity('Invoice', {
  idPrefix: 'inv',
  describes:
    'What an account owes for goods and services. A draft changes; once issued it has a number without gaps and a seal, and never changes: what is wrong is voided or credited.',
  fields: {
    account: ref('Account', { describes: 'Who owes it.' }),
    contact: optional(ref('Contact', { describes: 'Who gets it.' })),
    kind: defaulted(
      choice(['STANDARD', 'ADVANCE'], {
        named: 'InvoiceKind',
        describes: 'What was sold, or a payment ahead of it that later invoices are reduced by.',
      }),
      'STANDARD',
    ),
    currency: optional(
      text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, describes: 'ISO 4217; the tenant’s own when absent.' }),
    ),
    paymentDays: optional(
      integer({ min: 0, max: 365, describes: 'Days from its day to the due day; the account’s when absent.' }),
    ),
    reference: optional(text({ max: 60, search: 'words', describes: 'The customer’s own number for it.' })),
    notes: optional(longText({ max: 2000, describes: 'What is said below the lines.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The sale that it is for.' })),
    agreed: derived(
      boolean({
        describes: 'Whether its prices were agreed before, in an offer or an order: its lines do not change.',
      }),
    ),
    quote: derivedOptional(ref('Quote', { describes: 'The offer that it was made of.' })),
    order: derivedOptional(ref('Order', { describes: 'The order that it was made of, where that is one.' })),
    contract: derivedOptional(ref('Contract', { describes: 'The contract that it was made of, where that is one.' })),
    priceList: optional(ref('PriceList', { describes: 'In place of the customer’s own list.' })),
    channel: optional(text({ max: 40, describes: 'The channel of the sale.' })),
    warehouse: optional(text({ max: 80, describes: 'From where it leaves.' })),
    coupons: defaulted(list(text({ max: 40 }), { max: 10, describes: 'Words of promotions.' }), []),
    headerDiscounts: defaulted(list(headerDiscount, { max: 5, describes: 'Discounts on the whole of it.' }), []),
    owner: optional(ref('User', { describes: 'Whose business it is.' })),
    team: optional(ref('Team', { describes: 'The team of the business.' })),
    ...issuedFields,
    pricedOn: derived(date({ describes: 'The day whose prices and taxes it has.' })),
    dueOn: derivedOptional(date({ describes: 'When it is to be paid.' })),
    lines: derived(parts('InvoiceLine', invoiceLine, { describes: 'What was sold.' })),
    totals: derived(object('DocumentTotals', documentTotals, { describes: 'What the lines come to.' })),
    deductions: derived(list(deduction, { max: 20, describes: 'Advances that were paid and are taken off.' })),
    total: derived(money({ describes: 'What there is to pay, taxes included: the lines less the deductions.' })),
    paid: derived(money({ describes: 'What was paid of it.' })),
    credited: derived(money({ describes: 'What credit notes took off.' })),
    writtenOff: derived(money({ describes: 'What was given up.' })),
    balance: derived(money({ describes: 'What is still owed; nothing before it is issued and after it is voided.' })),
    paymentStatus: derived(
      choice(['UNPAID', 'PARTIALLY_PAID', 'PAID'], {
        named: 'InvoicePaymentStatus',
        describes: 'How far it is settled, by payments and credit notes.',
      }),
    ),
    disputed: derived(boolean({ describes: 'Whether the customer contests it; it is not dunned then.' })),
    disputeReason: derivedOptional(text({ max: 500, describes: 'What is contested.' })),
    advance: derivedOptional(ref('Advance', { describes: 'What is left of it, where it is one.' })),
    replaces: derivedOptional(
      ref('Invoice', { describes: 'The voided or discarded invoice in whose place it was made.' }),
    ),
    replacedBy: derivedOptional(ref('Invoice', { describes: 'The invoice that was made in its place.' })),
    voidedOn: derivedOptional(date({ describes: 'The day on which it was voided.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why it was voided or discarded.' })),
    reinvoice: derivedOptional(
      boolean({ describes: 'Whether what it was for is to be invoiced again now that it is voided or discarded.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['ISSUING', 'ISSUED', 'DISCARDED'],
      ISSUING: ['ISSUED', 'DRAFT'],
      ISSUED: ['VOIDED'],
      VOIDED: [],
      DISCARDED: [],
    },
    frozenIn: ['ISSUING', 'ISSUED', 'VOIDED', 'DISCARDED'],
    closedIn: ['VOIDED', 'DISCARDED'],
    verbs: { ISSUING: 'queued', DRAFT: 'returned' },
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', as: 'doc', openFirst: true, on: 'Account.invoices' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
    byNumber: { gsi: 5, of: 'number' },
    byOpportunity: link('opportunity', 'createdAt', 'Opportunity.invoices'),
    byOrder: link('order', 'createdAt', 'Order.invoices'),
    byContract: link('contract', 'createdAt', 'Contract.invoices'),
    byQuote: link('quote', 'createdAt', 'Quote.invoices'),
  },
  defaults: [],
  timeline: ['id', 'account', 'contact', 'opportunity'],
  title: ({ number, kind }) => number ?? (kind === 'ADVANCE' ? 'Advance, draft' : 'Invoice, draft'),
  prepare: (row) => settleInvoiceRow(row),
  isOpen: ({ status, balance }) => status === 'DRAFT' || status === 'ISSUING' || balance.minor > 0,
  events: {
    settled: 'What is owed of it changed: by a payment, a credit note, or because it was written off.',
    disputed: 'The customer contests it.',
    undisputed: 'It is no longer contested.',
    sent: 'It was sent by mail.',
    viewed: 'The customer opened its page.',
    printed: 'Its document was made.',
    replaced: 'Another one was made in its place, or that was given up.',
  },
});

/** An invoice, as code sees it. */
export type InvoiceRow = Row<typeof Invoice>;
