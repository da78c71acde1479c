import { DomainError, moneyOf, zero, type Money } from '#kernel';

/** What of an invoice decides how far it is settled. */
export type Settled = {
  readonly status: string;
  readonly total: Money;
  readonly paid: Money;
  readonly credited: Money;
  readonly writtenOff: Money;
};

/** What is still owed, and how that is called. */
export const settleInvoiceRow = ({ status, total, paid, credited, writtenOff }: Settled) => {
  const settled = paid.minor + credited.minor + writtenOff.minor;
  const left = total.minor - settled;
  return {
    balance: status === 'ISSUED' ? moneyOf(left, total.currency) : zero(total.currency),
    paymentStatus: paymentStatusOf(settled, left, status),
  };
};

const paymentStatusOf = (settled: number, left: number, status: string) => {
  if (left === 0 && status === 'ISSUED') return 'PAID' as const;
  return settled > 0 ? ('PARTIALLY_PAID' as const) : ('UNPAID' as const);
};

/** How what was settled changes: each may be negative to take back. */
export type SettlementChange = { readonly [Part in 'paid' | 'credited' | 'writtenOff']?: Money };

const parts = ['paid', 'credited', 'writtenOff'] as const;

/** The settled amounts after a change. @throws OVER_SETTLED beyond what is owed or below nothing, CURRENCY_MISMATCH */
export const changedSettlement = (row: Settled, change: SettlementChange) => {
  const after = { paid: row.paid, credited: row.credited, writtenOff: row.writtenOff };
  for (const part of parts) after[part] = changedPart(after[part], change[part]);
  const settled = after.paid.minor + after.credited.minor + after.writtenOff.minor;
  if (settled > row.total.minor || parts.some((part) => after[part].minor < 0))
    throw new DomainError('OVER_SETTLED', 'More than is owed, or less than nothing, cannot be settled.');
  return after;
};

const changedPart = (amount: Money, by: Money | undefined): Money => {
  if (!by) return amount;
  if (by.currency !== amount.currency)
    throw new DomainError('CURRENCY_MISMATCH', `The invoice is in ${amount.currency}, not in ${by.currency}.`);
  return moneyOf(amount.minor + by.minor, amount.currency);
};
