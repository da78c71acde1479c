import { projection, rollup } from '#kernel';
import { CreditNote, Invoice, type InvoiceRow } from '#modules/billing/invoices';
import { InvoiceSettlement } from './invoice-settlement.entity.ts';
import { Payment } from './payment.entity.ts';

/** Where the invoices lie that are not settled, account by account, the oldest first. */
export const openItemsPartition = 'openInvoices';

/** What is owed now, and nothing else: however much was ever invoiced, collecting reads what is open. */
export const openInvoices = projection('openInvoices', {
  describes: 'Invoices that are not settled, by account and due day: for matching payments and dunning.',
  of: [Invoice.name],
  items: (row) => {
    const invoice = row as unknown as InvoiceRow;
    const { archivedAt, status, balance, id, account, number = '', dueOn = invoice.issuedOn ?? '' } = invoice;
    if (archivedAt !== undefined || status !== 'ISSUED' || balance.minor <= 0) return [];
    return [
      {
        partition: openItemsPartition,
        sort: `${account}#${dueOn}#${id}`,
        attributes: { number, open: balance.minor, currency: balance.currency, disputed: invoice.disputed },
      },
    ];
  },
});

/** The partitions in which movements are counted: those of the account, of its owner, and of all. */
export const partitionsOf = (account: string, owner: string | undefined): readonly string[] => [
  account,
  owner ?? nobody,
  everybody,
];
/** The partition of what nobody owns. */
export const nobody = 'nobody';
/** The partition of the whole tenant. */
export const everybody = 'all';

/** A movement as a cell: `2026-11-22#2026-12-22#USD`. */
const cellOf = (on: string, dueOn: string, currency: string): string => [on, dueOn, currency].join('#');

/** What was invoiced, by day, due day and currency: one side of ageing at any day. */
export const invoicedByDay = rollup('invoicedByDay', {
  describes: 'What was invoiced, and what was voided of it, by account and owner, day, due day and currency.',
  of: Invoice,
  shards: 1,
  contributions: ({ archivedAt, issuedOn, voidedOn, dueOn = issuedOn ?? '', account, ownerId, ...invoice }) => {
    if (archivedAt !== undefined || issuedOn === undefined) return [];
    const { total, paid, credited, writtenOff } = invoice;
    const left = total.minor - paid.minor - credited.minor - writtenOff.minor;
    const cells = [
      { cell: cellOf(issuedOn, dueOn, total.currency), amounts: { invoiced: total.minor } },
      ...(voidedOn === undefined ? [] : [{ cell: cellOf(voidedOn, dueOn, total.currency), amounts: { voided: left } }]),
    ];
    return partitionsOf(account, ownerId).flatMap((partition) => cells.map((each) => ({ partition, ...each })));
  },
});

/** What settled invoices, likewise: the other side. */
export const settledByDay = rollup('settledByDay', {
  describes:
    'What payments, credit notes and write-offs took of invoices, by account and owner, day, due day and currency.',
  of: InvoiceSettlement,
  shards: 1,
  contributions: ({ archivedAt, account, ownerId, on, dueOn, kind, amount }) =>
    archivedAt !== undefined
      ? []
      : partitionsOf(account, ownerId).map((partition) => ({
          partition,
          cell: cellOf(on, dueOn, amount.currency),
          amounts: { [kind]: amount.minor },
        })),
});

/** What came in, went back or turned out to be none: with what was applied, it says what is not applied. */
export const paidByDay = rollup('paidByDay', {
  describes: 'What was paid, paid back and reversed, by account and owner, day and currency.',
  of: Payment,
  shards: 1,
  contributions: ({ archivedAt, account, ownerId, receivedOn, amount, refunds, reversedOn }) => {
    if (archivedAt !== undefined) return [];
    const cell = (on: string) => `${on}#${amount.currency}`;
    const cells = [
      { cell: cell(receivedOn), amounts: { received: amount.minor } },
      ...refunds.map((refund) => ({ cell: cell(refund.on), amounts: { refunded: refund.amount.minor } })),
      ...(reversedOn === undefined ? [] : [{ cell: cell(reversedOn), amounts: { reversed: amount.minor } }]),
    ];
    return partitionsOf(account, ownerId).flatMap((partition) => cells.map((each) => ({ partition, ...each })));
  },
});

/** What was credited and paid out of it. */
export const creditedByDay = rollup('creditedByDay', {
  describes: 'What credit notes are for and what of them was paid out, by account and owner, day and currency.',
  of: CreditNote,
  shards: 1,
  contributions: ({ archivedAt, account, ownerId, issuedOn, total, applications }) => {
    if (archivedAt !== undefined || issuedOn === undefined) return [];
    const cell = (on: string) => `${on}#${total.currency}`;
    const cells = [
      { cell: cell(issuedOn), amounts: { credited: total.minor } },
      ...applications
        .filter(({ invoice }) => invoice === undefined)
        .map(({ on, amount }) => ({ cell: cell(on), amounts: { refunded: amount.minor } })),
    ];
    return partitionsOf(account, ownerId).flatMap((partition) => cells.map((each) => ({ partition, ...each })));
  },
});
