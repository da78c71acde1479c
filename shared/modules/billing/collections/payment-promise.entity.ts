import {
  choice,
  date,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  link,
  list,
  longText,
  money,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { heldInvoices, promiseProblems } from './promise.rules.ts';

/** How somebody promised to pay. */
export const promiseChannels = ['PHONE', 'EMAIL', 'MESSAGE', 'VISIT', 'LETTER', 'OTHER'] as const;

/** A customer's word that it will pay. */
export const PaymentPromise = entity('PaymentPromise', {
  idPrefix: 'ptp',
  describes:
    'A customer’s word to pay so much until a day, for some invoices. While it is open these are not dunned. It is kept when so much has come in by the day after.',
  fields: {
    account: ref('Account', { describes: 'Who promised.' }),
    amount: money({ describes: 'How much.' }),
    promisedOn: date({ describes: 'Until which day.' }),
    invoices: list(ref('Invoice'), { max: 50, describes: 'For which invoices; an invoice has one open promise.' }),
    channel: defaulted(choice(promiseChannels, { named: 'PromiseChannel', describes: 'How it was said.' }), 'PHONE'),
    by: text({ min: 1, max: 200, describes: 'Who said it on the customer’s side.' }),
    contact: optional(ref('Contact', { describes: 'The contact who said it.' })),
    notes: optional(longText({ max: 2000, describes: 'Anything else that was said.' })),
    case: derived(ref('CollectionCase', { describes: 'The case that it belongs to.' })),
    madeOn: derived(date({ describes: 'When it was made: payments count from that day on.' })),
    received: derived(money({ describes: 'What has come in for it.' })),
    held: derived(
      list(text({ max: 40 }), {
        max: 50,
        unique: true,
        describes: 'Its invoices while it is open; no other promise holds them.',
      }),
    ),
    decideAt: derived(dateTime({ describes: 'When its day and the day of grace are over.' })),
    decidedOn: derivedOptional(date({ describes: 'When it was found kept, broken or cancelled.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why it was cancelled.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['KEPT', 'PARTIAL', 'BROKEN', 'CANCELLED'], KEPT: [], PARTIAL: [], BROKEN: [], CANCELLED: [] },
    frozenIn: ['KEPT', 'PARTIAL', 'BROKEN', 'CANCELLED'],
    closedIn: ['KEPT', 'PARTIAL', 'BROKEN', 'CANCELLED'],
    verbs: { PARTIAL: 'fulfilledInPart' },
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'promisedOn', as: 'doc', openFirst: true, on: 'Account.promises' },
    byOwner: { gsi: 2, sort: 'promisedOn' },
    all: { gsi: 3, sort: 'promisedOn' },
    byStatus: { gsi: 4, of: 'status', sort: 'promisedOn', keepsClosed: true },
    byCase: link('case', 'promisedOn', 'CollectionCase.promises'),
    byInvoice: link('invoices', 'promisedOn', 'Invoice.promises'),
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ promisedOn, by }) => `${promisedOn} ${by}`,
  prepare: ({ status, invoices }) => ({ held: heldInvoices(status, invoices) }),
  check: (row) => promiseProblems(row),
  dueAt: ({ status, decideAt }) => (status === 'OPEN' ? decideAt : undefined),
});

/** A promise, as code sees it. */
export type PaymentPromiseRow = Row<typeof PaymentPromise>;
