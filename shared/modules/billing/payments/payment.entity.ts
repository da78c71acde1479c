import {
  choice,
  date,
  defaulted,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { paymentProblems, settlePayment } from './payment.rules.ts';

/** Most invoices that one payment is applied to at once: each is several rows of the write. */
export const mostApplications = 30;
/** Most that it is applied to in all: reversing it takes all back in one write, of two rows each (48 would fit). */
export const mostInvoices = 45;

/** Money that a customer paid. */
export const Payment = entity('Payment', {
  idPrefix: 'pay',
  describes:
    'Money that an account paid. It is applied to invoices, one or many, in whole or part; what is not applied is the account’s credit.',
  fields: {
    account: ref('Account', { describes: 'Who paid.' }),
    receivedOn: date({ describes: 'The day on which it came in.' }),
    amount: money({ describes: 'How much.' }),
    method: defaulted(
      choice(['CASH', 'TRANSFER', 'CHEQUE', 'CARD', 'DIRECT_DEBIT', 'OTHER'], {
        named: 'PaymentMethod',
        describes: 'How it was paid.',
      }),
      'TRANSFER',
    ),
    reference: optional(
      text({ max: 200, search: 'words', describes: 'What the payer wrote with it: numbers of invoices, of a cheque.' }),
    ),
    bankAccount: optional(text({ max: 60, describes: 'The account of ours that it came in on.' })),
    notes: optional(longText({ max: 2000, describes: 'Anything else.' })),
    number: derived(text({ max: 40, search: 'words', describes: 'Its own number.' })),
    applications: defaulted(
      list(
        object('PaymentApplication', {
          invoice: ref('Invoice', { describes: 'The invoice.' }),
          number: text({ max: 60, describes: 'Its number.' }),
          amount: money({ describes: 'How much of the payment is for it.' }),
        }),
        { max: 200, describes: 'What it is for, as it stands now.' },
      ),
      [],
    ),
    invoices: derived(list(ref('Invoice'), { max: 200, describes: 'The invoices that it is for.' })),
    refunds: defaulted(
      list(
        object('PaymentRefund', {
          on: date({ describes: 'When.' }),
          amount: money({ describes: 'How much.' }),
          reference: optional(text({ max: 200, describes: 'By what: the number of the transfer.' })),
        }),
        { max: 50, describes: 'What of it was paid back.' },
      ),
      [],
    ),
    applied: derived(money({ describes: 'What of it is applied to invoices.' })),
    unapplied: derived(money({ describes: 'What of it is the account’s credit.' })),
    reversedOn: derivedOptional(date({ describes: 'The day on which it turned out to be none.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why it was reversed: a bounced cheque.' })),
    bankLine: derivedOptional(ref('BankLine', { describes: 'The entry of the bank that it was made of.' })),
  },
  states: {
    field: 'status',
    initial: 'RECEIVED',
    moves: { RECEIVED: ['REVERSED'], REVERSED: [] },
    frozenIn: ['REVERSED'],
    closedIn: ['REVERSED'],
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'receivedOn', on: 'Account.payments', openFirst: true },
    all: { gsi: 3, sort: 'receivedOn', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'receivedOn', keepsClosed: true },
    byNumber: { gsi: 5, of: 'number' },
    byInvoice: link('invoices', 'receivedOn', 'Invoice.payments'),
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ number }) => number,
  isOpen: ({ unapplied }) => unapplied.minor > 0,
  prepare: (row) => settlePayment(row),
  check: (row) => paymentProblems(row),
  events: {
    received: 'Money came in.',
    applied: 'It was applied to invoices.',
    unapplied: 'It is no longer for some of the invoices that it was applied to.',
    refunded: 'Some of it was paid back.',
  },
});

/** A payment, as code sees it. */
export type PaymentRow = Row<typeof Payment>;
