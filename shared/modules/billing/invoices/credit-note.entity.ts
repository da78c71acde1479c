import {
  boolean,
  choice,
  date,
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
import { documentTotals } from '#modules/catalog/pricing';
import { negativeAmounts } from './credit-amounts.rules.ts';
import { lineShare } from './invoice.entity.ts';
import { issuedFields } from './issued.entity.ts';

/** Why something is credited. */
export const creditNoteTypes = ['RETURN', 'PRICE', 'REBATE', 'CANCELLATION', 'ADVANCE_APPLICATION'] as const;

const creditNoteLine = {
  key: text({ max: 30, describes: 'By which the line is known in its document.' }),
  invoiceLine: text({ max: 30, describes: 'The line of the invoice that it credits.' }),
  product: optional(ref('Product', { describes: 'What was sold.' })),
  code: optional(text({ max: 60, describes: 'The code of the product.' })),
  description: text({ max: 500, describes: 'What it says on the document.' }),
  unit: optional(text({ max: 20, describes: 'In which unit.' })),
  unitPrice: decimal({ describes: 'The price of one, before discounts.' }),
  ...lineShare,
  tax: money({ describes: 'All taxes, less what is withheld.' }),
  total: money({ describes: 'With taxes.' }),
  isReturned: boolean({ describes: 'Whether so many come back; otherwise only the price changes.' }),
};
/** A line, as code sees it. */
export type CreditNoteLine = Values<typeof creditNoteLine>;

/** What is taken back of an invoice. */
export const CreditNote = entity('CreditNote', {
  idPrefix: 'crn',
  describes:
    'What is taken back of an invoice: for goods that came back, a price, a rebate, or all of it. Its amounts are never negative. Issued it reduces what the invoice owes; what is more stays open for other invoices or a refund.',
  fields: {
    account: ref('Account', { describes: 'Whose credit it is.' }),
    invoice: ref('Invoice', { describes: 'The invoice that it credits.' }),
    invoiceNumber: text({ max: 60, describes: 'Its number.' }),
    invoiceIssuedOn: date({ describes: 'Its day.' }),
    type: choice(creditNoteTypes, { named: 'CreditNoteType', describes: 'Why it is credited.' }),
    reason: text({ min: 1, max: 300, describes: 'Why, in the words that the document shows.' }),
    notes: optional(longText({ max: 2000, describes: 'What is said below the lines.' })),
    delivery: optional(ref('Delivery', { describes: 'The delivery that came back.' })),
    reinvoice: defaulted(boolean({ describes: 'Whether what is credited is to be invoiced again.' }), false),
    owner: optional(ref('User', { describes: 'Whose business it is.' })),
    team: optional(ref('Team', { describes: 'The team of the business.' })),
    ...issuedFields,
    currency: text({ min: 3, max: 3, describes: 'ISO 4217, as the invoice has it.' }),
    lines: derived(parts('CreditNoteLine', creditNoteLine, { describes: 'What is taken back.' })),
    totals: derived(object('DocumentTotals', documentTotals, { describes: 'What the lines come to.' })),
    total: derived(money({ describes: 'What is credited, taxes included.' })),
    open: derived(money({ describes: 'What of it no invoice was reduced by and nobody was paid yet.' })),
    applications: derived(
      list(
        object('CreditApplication', {
          invoice: optional(ref('Invoice', { describes: 'The invoice that it reduced; absent for a refund.' })),
          amount: money({ describes: 'By how much; negative where it was taken back.' }),
          on: date({ describes: 'When.' }),
        }),
        { max: 200, describes: 'Where it went, in order.' },
      ),
    ),
    discardReason: derivedOptional(text({ max: 500, describes: 'Why it was discarded.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: { DRAFT: ['ISSUING', 'ISSUED', 'DISCARDED'], ISSUING: ['ISSUED', 'DRAFT'], ISSUED: [], DISCARDED: [] },
    frozenIn: ['ISSUING', 'ISSUED', 'DISCARDED'],
    closedIn: ['DISCARDED'],
    verbs: { ISSUING: 'queued', DRAFT: 'returned' },
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', as: 'doc', openFirst: true, on: 'Account.creditNotes' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
    byNumber: { gsi: 5, of: 'number' },
    byInvoice: link('invoice', 'createdAt', 'Invoice.creditNotes'),
  },
  defaults: [],
  timeline: ['id', 'account', 'invoice'],
  title: ({ number }) => number ?? 'Credit note, draft',
  check: ({ lines, total }) => negativeAmounts(lines, total),
  isOpen: ({ status, open }) => status === 'DRAFT' || status === 'ISSUING' || open.minor > 0,
  events: {
    applied: 'It reduced what an invoice owes, or was paid out.',
    sent: 'It was sent by mail.',
    viewed: 'The customer opened its page.',
    printed: 'Its document was made.',
  },
});

/** A credit note, as code sees it. */
export type CreditNoteRow = Row<typeof CreditNote>;
