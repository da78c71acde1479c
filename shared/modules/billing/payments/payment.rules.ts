import { DomainError, moneyOf, type Money, type Problem } from '#kernel';

/** What of a payment went to an invoice. */
export type Applied = { readonly invoice: string; readonly number: string; readonly amount: Money };
/** What of it was paid back. */
export type Refund = { readonly on: string; readonly amount: Money };

type Facts = {
  readonly status: string;
  readonly amount: Money;
  readonly applications?: readonly Applied[];
  readonly refunds?: readonly Refund[];
};

const sumOf = (amounts: readonly { readonly amount: Money }[]): number =>
  amounts.reduce((sum, { amount }) => sum + amount.minor, 0);

/** What follows from what was applied and paid back: a reversed payment has nothing left. */
export const settlePayment = ({ status, amount, applications = [], refunds = [] }: Facts) => {
  const [applied, refunded] = [sumOf(applications), sumOf(refunds)];
  return {
    applied: moneyOf(applied, amount.currency),
    unapplied: moneyOf(status === 'REVERSED' ? 0 : amount.minor - applied - refunded, amount.currency),
    invoices: [...new Set(applications.map(({ invoice }) => invoice))],
  };
};

/** What cannot be right. */
export const paymentProblems = (row: Facts): readonly Problem[] => [
  ...(row.amount.minor <= 0
    ? [{ code: 'BAD_INPUT', message: 'A payment is more than nothing.', path: ['amount'] }]
    : []),
  ...(settlePayment(row).unapplied.minor < 0
    ? [{ code: 'OVER_APPLIED', message: 'No more than was paid can be applied or paid back.', path: ['amount'] }]
    : []),
];

/** The applications with so much more for an invoice; less where the amount is negative. @throws OVER_APPLIED below nothing */
export const appliedTo = (
  applications: readonly Applied[],
  { invoice, number, amount }: Applied,
): readonly Applied[] => {
  const before = applications.find((each) => each.invoice === invoice)?.amount.minor ?? 0;
  const after = before + amount.minor;
  if (after < 0) throw new DomainError('OVER_APPLIED', 'No more than was applied can be taken back.', ['amount']);
  const others = applications.filter((each) => each.invoice !== invoice);
  return after === 0 ? others : [...others, { invoice, number, amount: moneyOf(after, amount.currency) }];
};
