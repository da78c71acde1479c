// What a customer ordered, received, was invoiced and paid with us: totals by account and month, each read in one Query.
import { dayIn, rollup, type Contribution, type Money } from '#kernel';
import { CreditNote, Invoice } from '#modules/billing/invoices';
import { Payment } from '#modules/billing/payments';
import { Delivery } from '#modules/sales/deliveries';
import { Order } from '#modules/sales/orders';
import { TransferServing } from '#modules/sales/transfers';
import { dueCell, monthCell, type Counted } from './history.rules.ts';

const inMonth = (account: string, day: string, { minor, currency }: Money, counted: Counted): Contribution => ({
  partition: account,
  cell: monthCell(day, currency, counted),
  amounts: { count: 1, total: minor },
});

const orders = rollup('orderHistory', {
  describes: 'Confirmed orders, samples apart, by account and the month in which they were confirmed.',
  of: Order,
  shards: 1,
  contributions: ({ account, type, status, confirmedAt, timeZone, total }) =>
    type === 'SAMPLE' || status === 'CANCELLED' || confirmedAt === undefined
      ? []
      : [inMonth(account, dayIn(new Date(confirmedAt), timeZone), total, 'ORDER')],
});

const deliveries = rollup('deliveryHistory', {
  describes: 'Deliveries by account and the month in which they were issued.',
  of: Delivery,
  shards: 1,
  contributions: ({ account, status, issuedOn, total }) =>
    status === 'CANCELLED' || issuedOn === undefined ? [] : [inMonth(account, issuedOn, total, 'DELIVERY')],
});

const invoices = rollup('invoiceHistory', {
  describes: 'Issued invoices by account and month; what is owed by the day on which it is due.',
  of: Invoice,
  shards: 1,
  contributions: ({ account, status, issuedOn, dueOn, total, balance }) =>
    status !== 'ISSUED' || issuedOn === undefined
      ? []
      : [
          inMonth(account, issuedOn, total, 'INVOICE'),
          {
            partition: account,
            cell: dueCell(dueOn ?? issuedOn, balance.currency),
            amounts: { open: balance.minor },
          },
        ],
});

const creditNotes = rollup('creditNoteHistory', {
  describes: 'Issued credit notes by account and month.',
  of: CreditNote,
  shards: 1,
  contributions: ({ account, status, issuedOn, total }) =>
    status !== 'ISSUED' || issuedOn === undefined ? [] : [inMonth(account, issuedOn, total, 'CREDIT_NOTE')],
});

const payments = rollup('paymentHistory', {
  describes: 'Payments that were none in the end left out, by account and the month in which they came in.',
  of: Payment,
  shards: 1,
  contributions: ({ account, receivedOn, reversedOn, amount }) =>
    reversedOn === undefined ? [inMonth(account, receivedOn, amount, 'PAYMENT')] : [],
});

const servings = rollup('servingHistory', {
  describes: 'What wholesalers served of transfer orders, by account and month.',
  of: TransferServing,
  shards: 1,
  contributions: ({ account, servedOn, net }) => [inMonth(account, servedOn, net, 'SERVING')],
});

/** All of them. */
export const ownTotals = [orders, deliveries, invoices, creditNotes, payments, servings] as const;
