import { projection, type AnyRow, type Money } from '#kernel';
import { CreditNote, Invoice, type CreditNoteRow, type InvoiceRow } from '#modules/billing/invoices';
import { Payment, type PaymentRow } from './payment.entity.ts';
import { WriteOff, type WriteOffRow } from './write-off.entity.ts';

/** What an entry of a statement of account is. */
export const entryKinds = ['INVOICE', 'VOID', 'CREDIT_NOTE', 'PAYMENT', 'REVERSAL', 'REFUND', 'WRITE_OFF'] as const;

/** A line of a statement of account: the amount is what the account owes more by it, in minor units. */
export type Entry = {
  readonly on: string;
  readonly kind: (typeof entryKinds)[number];
  readonly number: string;
  readonly amount: number;
  readonly currency: string;
  readonly dueOn?: string;
};

/** Where the entries of an account lie, day by day. */
export const entriesPartition = (account: string): string => `statement#${account}`;

type Found = readonly Omit<Entry, 'number' | 'currency'>[];

const ofInvoice = ({ issuedOn, voidedOn, dueOn, total, paid, credited, writtenOff }: InvoiceRow): Found => {
  if (issuedOn === undefined) return [];
  const left = total.minor - paid.minor - credited.minor - writtenOff.minor;
  return [
    { on: issuedOn, kind: 'INVOICE', amount: total.minor, ...(dueOn !== undefined && { dueOn }) },
    ...(voidedOn === undefined ? [] : [{ on: voidedOn, kind: 'VOID' as const, amount: -left }]),
  ];
};

const ofCreditNote = ({ issuedOn, total, applications }: CreditNoteRow): Found =>
  issuedOn === undefined
    ? []
    : [
        { on: issuedOn, kind: 'CREDIT_NOTE', amount: -total.minor },
        ...applications
          .filter(({ invoice }) => invoice === undefined)
          .map(({ on, amount }) => ({ on, kind: 'REFUND' as const, amount: amount.minor })),
      ];

const ofPayment = ({ receivedOn, amount, refunds, reversedOn }: PaymentRow): Found => [
  { on: receivedOn, kind: 'PAYMENT', amount: -amount.minor },
  ...refunds.map((refund) => ({ on: refund.on, kind: 'REFUND' as const, amount: refund.amount.minor })),
  ...(reversedOn === undefined ? [] : [{ on: reversedOn, kind: 'REVERSAL' as const, amount: amount.minor }]),
];

const ofWriteOff = ({ status, decidedOn, amount }: WriteOffRow): Found =>
  status === 'APPROVED' && decidedOn !== undefined ? [{ on: decidedOn, kind: 'WRITE_OFF', amount: -amount.minor }] : [];

type Document = { readonly account: string; readonly number?: string } & Readonly<Record<string, unknown>>;

const readers: Readonly<Record<string, (row: never) => Found>> = {
  [Invoice.name]: ofInvoice,
  [CreditNote.name]: ofCreditNote,
  [Payment.name]: ofPayment,
  [WriteOff.name]: ofWriteOff,
};

const currencyOf = (row: AnyRow): string => ((row['total'] ?? row['amount']) as Money).currency;

/** What a statement of account lists, in the order of days. */
export const accountEntries = projection('accountEntries', {
  describes: 'What an account was invoiced, credited, paid and forgiven, day by day: the lines of its statements.',
  of: [Invoice.name, CreditNote.name, Payment.name, WriteOff.name],
  items: (row, of) => {
    const found = row.archivedAt === undefined ? (readers[of.name]?.(row as never) ?? []) : [];
    const { account, number = '' } = row as unknown as Document;
    return found.map((entry, index) => ({
      partition: entriesPartition(account),
      sort: `${entry.on}#${row.id}#${String(index)}`,
      attributes: { ...entry, number, currency: currencyOf(row) },
    }));
  },
});
