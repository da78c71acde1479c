import {
  creation,
  DomainError,
  moneyOf,
  mutation,
  readOn,
  recordInput,
  text,
  zero,
  type Context,
  type Money,
} from '#kernel';
import { Invoice } from '#modules/billing/invoices';
import { InvoiceSettlement, type InvoiceSettlementRow } from '#modules/billing/payments';
import { Account } from '#modules/parties/accounts';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { ensureCase } from './case.operations.ts';
import { CollectionCase, type CollectionCaseRow } from './collection-case.entity.ts';
import { countOf, debtsOf } from './debts.operations.ts';
import { InstalmentPlan } from './instalment-plan.entity.ts';
import { PaymentPromise } from './payment-promise.entity.ts';
import { graceDays, planTotal, type Receipt } from './promise.rules.ts';

/** When a day and its grace are over. */
export const momentAfter = ({ actor }: Pick<Context, 'actor'>, day: string): string =>
  dayStart(dayAfter(day, graceDays + 1), actor.timeZone);

const promiseFails = ['OTHER_ACCOUNT', 'NOT_ISSUED', 'CURRENCY_MISMATCH', 'OVER_PROMISED'] as const;

type Promised = { readonly account: string; readonly invoices: readonly string[] };

/** Invoices that may be promised: issued, of the account, in the currency, together not less than the amount. */
const assertPromisable = async (context: Context, { account, invoices }: Promised, amount: Money): Promise<void> => {
  let owed = zero(amount.currency);
  for (const [index, id] of [...new Set(invoices)].entries()) {
    const { account: holder, status, balance } = await context.data(Invoice).get(id);
    const path = ['invoices', index];
    if (holder !== account) throw new DomainError('OTHER_ACCOUNT', 'The invoice is one of another account.', path);
    if (status !== 'ISSUED') throw new DomainError('NOT_ISSUED', `The invoice is ${status}.`, path);
    if (balance.currency !== amount.currency)
      throw new DomainError('CURRENCY_MISMATCH', `The invoice is in ${balance.currency}.`, path);
    owed = moneyOf(owed.minor + balance.minor, owed.currency);
  }
  if (invoices.length > 0 && amount.minor > owed.minor)
    throw new DomainError('OVER_PROMISED', 'More is promised than the invoices owe.', ['amount']);
};

/** The case that a promise belongs to; it begins with it where there is none. */
const caseFor = async (context: Context, account: string): Promise<CollectionCaseRow> => {
  await context.data(Account).get(account);
  return ensureCase(context, account, countOf(await debtsOf(context, account), context.clock.today(), 0));
};

export const promisePayment = creation(PaymentPromise, 'promisePayment', {
  describes:
    'Notes a customer’s word to pay so much until a day, for some invoices. They are not dunned until then. The day after, it is found kept, kept in part or broken.',
  needs: 'paymentPromise.create',
  input: {},
  returns: PaymentPromise,
  fails: promiseFails,
  run: async ({ values }, context) => {
    await assertPromisable(context, values, values.amount);
    const row = await caseFor(context, values.account);
    if (row.status !== 'PROMISED' && row.status !== 'LEGAL') context.trusted(CollectionCase).move(row, 'PROMISED');
    return context.data(PaymentPromise).create({
      ...values,
      case: row.id,
      madeOn: context.clock.today(),
      received: zero(values.amount.currency),
      decideAt: momentAfter(context, values.promisedOn),
    });
  },
});

export const cancelPromise = mutation('cancelPromise', {
  describes: 'Takes a promise out of account that was noted wrongly, or that another one replaces.',
  needs: 'paymentPromise.update',
  input: {
    ...recordInput('PaymentPromise'),
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
  },
  returns: PaymentPromise,
  run: async ({ id, reason }, context) => {
    const promise = await context.data(PaymentPromise).get(id);
    await backInContact(context, promise.case, 'PROMISED');
    return context.data(PaymentPromise).move(promise, 'CANCELLED', { reason, decidedOn: context.clock.today() });
  },
});

/** A case whose promise or plan is no more. */
const backInContact = async ({ trusted }: Context, id: string, from: 'PROMISED' | 'PLAN'): Promise<void> => {
  const row = await trusted(CollectionCase).get(id);
  if (row.status === from) trusted(CollectionCase).move(row, 'IN_CONTACT');
};

export const agreeInstalments = creation(InstalmentPlan, 'agreeInstalments', {
  describes:
    'Notes that a debt is paid in instalments. Its invoices are not dunned as long as each is paid in its turn.',
  needs: 'instalmentPlan.create',
  input: {},
  returns: InstalmentPlan,
  fails: promiseFails,
  run: async ({ values }, context) => {
    const total = planTotal(values.instalments);
    await assertPromisable(context, values, total);
    const row = await caseFor(context, values.account);
    if (row.status !== 'PLAN') context.trusted(CollectionCase).move(row, 'PLAN');
    const [first] = values.instalments;
    return context.data(InstalmentPlan).create({
      ...values,
      ...{ case: row.id, madeOn: context.clock.today(), total, received: zero(total.currency), paidInstalments: 0 },
      ...(first && { checkAt: momentAfter(context, first.dueOn) }),
    });
  },
});

export const cancelInstalments = mutation('cancelInstalments', {
  describes: 'Ends a plan of instalments that no longer holds; its invoices are dunned again.',
  needs: 'instalmentPlan.update',
  input: {
    ...recordInput('InstalmentPlan'),
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
  },
  returns: InstalmentPlan,
  run: async ({ id, reason }, context) => {
    const plan = await context.data(InstalmentPlan).get(id);
    await backInContact(context, plan.case, 'PLAN');
    const changes = { reason, decidedOn: context.clock.today(), checkAt: null };
    return context.data(InstalmentPlan).move(plan, 'CANCELLED', changes);
  },
});

/** Settlements of one invoice that are looked at, at most. */
const mostSettlements = 500;

/** Something that was said about invoices: a promise, a plan. */
type Said = { readonly invoices: readonly string[]; readonly madeOn: string; readonly createdAt: string };

/** What came in for invoices since that was said; `latest` counts also where the list does not show it yet. */
export const receiptsOf = async (
  { trusted }: Context,
  { invoices, madeOn: from, createdAt: since }: Said,
  latest?: InvoiceSettlementRow,
): Promise<readonly Receipt[]> => {
  const found = new Map<string, InvoiceSettlementRow>();
  for (const of of invoices) {
    const { rows } = await readOn(
      (asked) => trusted(InvoiceSettlement).page('byInvoice', { of, from, ...asked }),
      mostSettlements,
    );
    for (const row of rows) found.set(row.id, row);
  }
  if (latest && invoices.includes(latest.invoice)) found.set(latest.id, latest);
  return [...found.values()]
    .filter(({ kind, createdAt }) => kind === 'PAYMENT' && createdAt >= since)
    .map(({ on, amount }) => ({ on, amount: amount.minor }));
};
