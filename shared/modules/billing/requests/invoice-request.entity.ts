import {
  boolean,
  choice,
  date,
  dateTime,
  derived,
  derivedOptional,
  email,
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
  phone,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { documentTotals, pricedLine } from '#modules/catalog/pricing';

/** What an invoice needs of its buyer and may be missing. */
export const missingData = ['TAX_ID', 'ADDRESS', 'EMAIL'] as const;

const buyerFields = {
  name: text({ max: 300, describes: 'The name as the invoice has it: the legal one.' }),
  taxId: optional(text({ max: 20, describes: 'The tax number.' })),
  taxIdType: optional(
    choice(['RUC', 'CEDULA', 'PASSPORT', 'VAT', 'OTHER'], { named: 'TaxIdType', describes: 'What that number is.' }),
  ),
  taxTreatment: optional(text({ max: 40, describes: 'The tax regime of the customer.' })),
  address: optional(text({ max: 300, describes: 'Street and city.' })),
  country: optional(text({ max: 2, describes: 'Country of the address, ISO 3166-1 alpha-2.' })),
  email: optional(email({ describes: 'Where the invoice is sent.' })),
  phone: optional(phone({ describes: 'The phone.' })),
  contact: optional(text({ max: 200, describes: 'The name of whom one talks to.' })),
};
/** Who is invoiced, as a request says it. */
export type RequestedBuyer = Values<typeof buyerFields>;

const line = {
  ...pricedLine,
  order: optional(ref('Order', { describes: 'The order that it comes from.' })),
  orderLine: optional(text({ max: 30, describes: 'The line of the order.' })),
  quoteLine: optional(text({ max: 30, describes: 'The line of the accepted offer.' })),
};
/** A line, as code sees it. */
export type RequestedLine = Values<typeof line>;

/** What a seller asks the accountant for. */
export const InvoiceRequest = entity('InvoiceRequest', {
  idPrefix: 'irq',
  describes:
    'An invoice that somebody who sells asks the accountant for: with the tax data of the buyer, the lines and the terms, so that the accountant needs no access to the deal itself.',
  fields: {
    subject: text({ min: 1, max: 200, search: 'words', describes: 'What it is for: the name of the deal.' }),
    account: ref('Account', { describes: 'Who is invoiced.' }),
    opportunity: optional(ref('Opportunity', { describes: 'The deal; seen by those who see the deal.' })),
    contact: optional(ref('Contact', { describes: 'Who gets the invoice.' })),
    invoiceOn: optional(date({ describes: 'The day that it is wanted for.' })),
    paymentDays: optional(integer({ min: 0, max: 365, describes: 'Days to pay; the account’s when absent.' })),
    reference: optional(text({ max: 60, describes: 'The customer’s own number for it.' })),
    notes: optional(longText({ max: 2000, describes: 'What is said below the lines of the invoice.' })),
    message: optional(longText({ max: 2000, describes: 'What the accountant is to know.' })),
    owner: optional(ref('User', { describes: 'Who asks, and is told what came of it.' })),
    team: optional(ref('Team', { describes: 'The team of who asks.' })),
    buyer: derived(
      object('RequestedBuyer', buyerFields, { describes: 'Who is invoiced, with tax data, when it was asked for.' }),
    ),
    missing: derived(
      list(choice(missingData, { named: 'MissingBuyerData' }), {
        max: 5,
        describes: 'What of it an invoice needs and nobody has said.',
      }),
    ),
    quote: derivedOptional(ref('Quote', { describes: 'The accepted offer that the lines come from.' })),
    terms: derivedOptional(text({ max: 500, describes: 'The terms of payment of the customer, in words.' })),
    lines: derived(parts('InvoiceRequestLine', line, { describes: 'What is to be invoiced.' })),
    totals: derived(object('DocumentTotals', documentTotals, { describes: 'What the lines come to.' })),
    total: derived(money({ describes: 'What the invoice would be for, with taxes.' })),
    openFor: derivedOptional(
      text({ max: 40, unique: true, describes: 'The deal, while it waits: nobody asks twice at once.' }),
    ),
    automaticFor: derivedOptional(
      text({ max: 40, unique: true, describes: 'The deal, where its stage asked: that happens once.' }),
    ),
    invoice: derivedOptional(ref('Invoice', { describes: 'The invoice that was made.' })),
    mails: derived(boolean({ describes: 'Whether the invoice is mailed to the buyer once it is issued.' })),
    answeredBy: derivedOptional(text({ max: 40, describes: 'The id of whoever made the invoice or declined.' })),
    answeredAt: derivedOptional(dateTime({ describes: 'When.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why it was declined.' })),
  },
  states: {
    field: 'status',
    initial: 'REQUESTED',
    moves: { REQUESTED: ['INVOICED', 'DECLINED', 'WITHDRAWN'], INVOICED: [], DECLINED: [], WITHDRAWN: [] },
    frozenIn: ['INVOICED', 'DECLINED', 'WITHDRAWN'],
    closedIn: ['INVOICED', 'DECLINED', 'WITHDRAWN'],
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.invoiceRequests' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
    byOpportunity: link('opportunity', 'createdAt', 'Opportunity.invoiceRequests'),
  },
  timeline: ['id', 'account', 'opportunity'],
  title: ({ subject }) => subject,
  prepare: ({ status, opportunity }) => ({ openFor: (status === 'REQUESTED' ? opportunity : undefined) ?? null }),
});

/** A request, as code sees it. */
export type InvoiceRequestRow = Row<typeof InvoiceRequest>;
