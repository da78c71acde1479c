// Payments on invoices: the payment, the invoices and the note of each change are one write.
import { DomainError, moneyOf, negate, type Context, type Money } from '#kernel';
import { Invoice, settleInvoice, type InvoiceRow } from '#modules/billing/invoices';
import { readOpenItems } from './open-items.operations.ts';
import { InvoiceSettlement, type settlementKinds } from './invoice-settlement.entity.ts';
import { proposalFor, type Share } from './matching.rules.ts';
import { mostApplications, mostInvoices, type PaymentRow } from './payment.entity.ts';
import { appliedTo, type Applied } from './payment.rules.ts';

/** So much for an invoice, as it is asked for. */
export type Asked = { readonly invoice: string; readonly amount: Money };

/** What can go wrong when a payment is applied. */
export const applyFails = [
  'OVER_SETTLED',
  'OVER_APPLIED',
  'OTHER_ACCOUNT',
  'NOT_ISSUED',
  'CURRENCY_MISMATCH',
  'TOO_MANY_APPLICATIONS',
] as const;

/** The invoice that a settlement is for, and what settled it. */
type Note = {
  readonly kind: (typeof settlementKinds)[number];
  readonly source: string;
  readonly amount: Money;
  readonly on: string;
  readonly place?: string;
};

/** Notes a change of what an invoice owes; it counts from the invoice's own day on, not before. */
export const noteSettlement = ({ trusted }: Context, invoice: InvoiceRow, note: Note): void => {
  const issuedOn = invoice.issuedOn ?? note.on;
  trusted(InvoiceSettlement).create({
    ...note,
    invoice: invoice.id,
    account: invoice.account,
    dueOn: invoice.dueOn ?? issuedOn,
    on: note.on < issuedOn ? issuedOn : note.on,
  });
};

type Paid = Pick<PaymentRow, 'id' | 'account' | 'amount' | 'applications'>;

/**
 * Applies so much of a payment to invoices of its account, or takes it back where amounts are negative. Answers the payment's
 * applications after it. @throws those of `applyFails`
 */
export const applyShares = async (
  context: Context,
  payment: Paid,
  shares: readonly Asked[],
  on: string,
): Promise<readonly Applied[]> => {
  let applications: readonly Applied[] = payment.applications;
  for (const [index, share] of shares.entries())
    applications = await applyShare(context, { ...payment, applications }, share, { on, index });
  if (applications.length > mostInvoices)
    throw new DomainError(
      'TOO_MANY_APPLICATIONS',
      `A payment is for at most ${String(mostInvoices)} invoices; the rest of it stays as credit.`,
      ['applications'],
    );
  return applications;
};

const applyShare = async (
  context: Context,
  { id, account, amount: paid, applications }: Paid,
  { invoice: invoiceId, amount }: Asked,
  { on, index }: { readonly on: string; readonly index: number },
): Promise<readonly Applied[]> => {
  const path = ['applications', index];
  const invoice = await context.data(Invoice).get(invoiceId);
  if (invoice.account !== account)
    throw new DomainError('OTHER_ACCOUNT', 'The invoice is one of another account.', [...path, 'invoice']);
  if (paid.currency !== amount.currency || invoice.total.currency !== amount.currency)
    throw new DomainError('CURRENCY_MISMATCH', `The invoice is in ${invoice.total.currency}.`, [...path, 'amount']);
  const settled = await settleInvoice(context, invoiceId, { paid: amount });
  noteSettlement(context, settled, { kind: 'PAYMENT', source: id, amount, on });
  return appliedTo(applications, { invoice: invoiceId, number: settled.number ?? '', amount });
};

/** What a payment is for where nobody says it: its reference, its amount, else the oldest invoices. */
export const sharesFor = async (
  context: Context,
  { account, amount, reference }: { readonly account: string; readonly amount: Money; readonly reference?: string },
): Promise<readonly Asked[]> => {
  const items = await readOpenItems(context, account, amount.currency);
  const known = await context.data(Invoice).getMany(items.map(({ id }) => id));
  const open = items.map((item) => ({ ...item, open: known.get(item.id)?.balance.minor ?? 0 }));
  const payment = { amount: amount.minor, ...(reference !== undefined && { reference }) };
  const { shares = [] } =
    proposalFor(
      payment,
      open.filter((item) => item.open > 0),
    ) ?? {};
  return shares.slice(0, mostApplications).map((share) => asked(share, amount.currency));
};

const asked = ({ invoice, amount }: Share, currency: string): Asked => ({
  invoice,
  amount: moneyOf(amount, currency),
});

/** Amounts that people give to apply. @throws BAD_INPUT for nothing or less */
export const assertPositive = (shares: readonly Asked[]): void => {
  for (const [index, { amount }] of shares.entries())
    if (amount.minor <= 0)
      throw new DomainError('BAD_INPUT', 'Apply more than nothing.', ['applications', index, 'amount']);
};

/** The shares by which all of a payment, or so much of it for one invoice, is taken back. */
export const takenBack = (
  applications: readonly Applied[],
  invoice: string | undefined,
  amount: Money | undefined,
): readonly Asked[] => {
  const found = applications.filter((each) => invoice === undefined || each.invoice === invoice);
  return found.map((each) => ({ invoice: each.invoice, amount: negate(amount ?? each.amount) }));
};
