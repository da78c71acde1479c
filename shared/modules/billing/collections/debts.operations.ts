// What an account owes now, invoice by invoice: the list may lag, the amounts do not.
import { moneyOf, type Context, type Money } from '#kernel';
import { Invoice } from '#modules/billing/invoices';
import { ageingAt, readOpenItems } from '#modules/billing/payments';
import { daysBetween } from '#modules/platform/settings';
import type { Debt } from './dunning.rules.ts';
import { InstalmentPlan } from './instalment-plan.entity.ts';
import { PaymentPromise } from './payment-promise.entity.ts';
import { priorityOf } from './priority.rules.ts';

/** An open invoice with its number. */
export type NumberedDebt = Debt & { readonly number: string };

/** Open promises and plans of one account that are looked at. */
const mostPromises = 100;

/** The invoices that an account has promised to pay, or pays in instalments. */
const promisedInvoices = async ({ trusted }: Context, account: string): Promise<ReadonlySet<string>> => {
  const open = { of: account, open: true, first: mostPromises } as const;
  const [promises, plans] = await Promise.all([
    trusted(PaymentPromise).page('byAccount', open),
    trusted(InstalmentPlan).page('byAccount', open),
  ]);
  return new Set([...promises.rows, ...plans.rows].flatMap(({ invoices }) => invoices));
};

/** What an account owes. */
export const debtsOf = async (context: Context, account: string): Promise<readonly NumberedDebt[]> => {
  const [items, promised] = await Promise.all([readOpenItems(context, account), promisedInvoices(context, account)]);
  const invoices = await context.trusted(Invoice).getMany(items.map(({ id }) => id));
  return items.flatMap(({ id, number, dueOn }) => {
    const invoice = invoices.get(id);
    return invoice?.status === 'ISSUED' && invoice.balance.minor > 0
      ? [{ id, number, dueOn, open: invoice.balance, disputed: invoice.disputed, promised: promised.has(id) }]
      : [];
  });
};

/** What a case says of debts. */
export type Count = {
  readonly overdue: readonly Money[];
  readonly oldestDays: number;
  readonly priority: number;
};

/** What is late of debts, how late, and how much that matters. */
export const countOf = (debts: readonly Debt[], today: string, brokenPromises: number): Count => {
  const ageings = ageingAt(
    today,
    debts.map(({ dueOn, open }) => ({ on: '', dueOn, currency: open.currency, amount: open.minor })),
  );
  return {
    overdue: ageings.filter(({ overdue }) => overdue > 0).map((each) => moneyOf(each.overdue, each.currency)),
    oldestDays: Math.max(0, ...debts.map(({ dueOn }) => daysBetween(dueOn, today))),
    priority: priorityOf(ageings, brokenPromises),
  };
};
