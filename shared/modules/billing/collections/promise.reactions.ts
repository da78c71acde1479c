// What becomes of promises and plans: as soon as enough has come in, or when their day is over.
import { moneyOf, reaction, timer, type Context, type Money } from '#kernel';
import { Invoice } from '#modules/billing/invoices';
import { InvoiceSettlement, type InvoiceSettlementRow } from '#modules/billing/payments';
import { Account } from '#modules/parties/accounts';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import { endCase, openCaseOf, recount } from './case.operations.ts';
import { CollectionCase, type CollectionCaseRow } from './collection-case.entity.ts';
import { countOf, debtsOf } from './debts.operations.ts';
import { InstalmentPlan, type InstalmentPlanRow } from './instalment-plan.entity.ts';
import { PaymentPromise, type PaymentPromiseRow } from './payment-promise.entity.ts';
import { momentAfter, receiptsOf } from './promise.operations.ts';
import { planStanding, promiseOutcome, receivedFor } from './promise.rules.ts';

/** What collectors are told. */
export const collectionNotifications: readonly NotificationKind[] = [
  { key: 'promise.broken', label: { es: 'Promesas de pago incumplidas', en: 'Broken promises to pay' }, usual: 'MAIL' },
  {
    key: 'promise.kept',
    label: { es: 'Promesas de pago cumplidas', en: 'Promises to pay that were kept' },
    usual: 'IN_APP',
  },
];

const minorOf = (receipts: readonly { readonly amount: number }[]): number =>
  receipts.reduce((sum, { amount }) => sum + amount, 0);

/** Decides an open promise where that can be done. `latest` is a settlement that lists may not show yet. */
const decidePromise = async (
  context: Context,
  promise: PaymentPromiseRow,
  { isOver, latest }: { readonly isOver: boolean; readonly latest?: InvoiceSettlementRow },
): Promise<void> => {
  const { trusted, clock } = context;
  const receipts = await receiptsOf(context, promise, latest);
  const received = moneyOf(Math.max(0, receivedFor(promise, receipts)), promise.amount.currency);
  const outcome = promiseOutcome(promise.amount.minor, received.minor, isOver);
  if (outcome === undefined) {
    if (received.minor !== promise.received.minor) trusted(PaymentPromise).update(promise, { received });
    return;
  }
  const decided = { received, decidedOn: clock.today() };
  if (outcome !== 'KEPT' && (await nothingIsOwed(context, promise.invoices))) {
    trusted(PaymentPromise).move(promise, 'CANCELLED', { ...decided, reason: 'The invoices owe nothing any more.' });
    return;
  }
  trusted(PaymentPromise).move(promise, outcome, decided);
  await followOutcome(context, promise, outcome, received);
};

const nothingIsOwed = async ({ trusted }: Context, invoices: readonly string[]): Promise<boolean> => {
  const rows = await trusted(Invoice).getMany(invoices);
  return [...rows.values()].every(({ balance }) => balance.minor === 0);
};

const followOutcome = async (
  context: Context,
  promise: PaymentPromiseRow,
  outcome: 'KEPT' | 'PARTIAL' | 'BROKEN',
  received: Money,
): Promise<void> => {
  const row = await context.trusted(CollectionCase).get(promise.case);
  if (outcome !== 'KEPT') await escalate(context, row);
  else if (row.status === 'PROMISED') context.trusted(CollectionCase).move(row, 'IN_CONTACT');
  await tellCollector(context, row, { about: promise.id, isKept: outcome === 'KEPT', received });
};

/** A broken word weighs: the case comes sooner, and its next letter is of the next level. */
const escalate = async (context: Context, row: CollectionCaseRow): Promise<void> => {
  if (row.status === 'CLOSED') return;
  const brokenPromises = row.brokenPromises + 1;
  const counted = countOf(await debtsOf(context, row.account), context.clock.today(), brokenPromises);
  const changes = { ...counted, brokenPromises, raisedTo: (row.level ?? 0) + 1 };
  if (row.status === 'LEGAL' || row.status === 'ESCALATED') recount(context, row, counted, changes);
  else context.trusted(CollectionCase).move(row, 'ESCALATED', changes);
};

type Told = { readonly about: string; readonly isKept: boolean; readonly received: Money };

const tellCollector = async (context: Context, row: CollectionCaseRow, { about, isKept }: Told): Promise<void> => {
  const account = await context.trusted(Account).get(row.account);
  const to = [...new Set([row.ownerId, account.ownerId].flatMap((id) => id ?? []))];
  await notify(context, {
    to,
    kind: isKept ? 'promise.kept' : 'promise.broken',
    title: isKept
      ? { es: `${account.name} cumplió su promesa de pago`, en: `${account.name} kept its promise to pay` }
      : { es: `${account.name} no cumplió su promesa de pago`, en: `${account.name} broke its promise to pay` },
    about,
  });
};

export const promiseIsOver = timer(PaymentPromise, {
  describes: 'Finds a promise kept, kept in part or broken when its day and the day of grace are over.',
  run: (promise, context) => decidePromise(context, promise, { isOver: true }),
});

/** Looks whether the instalments that are due have come in. */
const checkPlan = async (context: Context, plan: InstalmentPlanRow, latest?: InvoiceSettlementRow): Promise<void> => {
  const { trusted, clock } = context;
  const receipts = await receiptsOf(context, plan, latest);
  const received = moneyOf(Math.max(0, minorOf(receipts)), plan.total.currency);
  const instalments = plan.instalments.map(({ dueOn, amount }) => ({ dueOn, amount: amount.minor }));
  const { paid, isLate, nextOn } = planStanding(instalments, received.minor, clock.today());
  const checkAt = nextOn === undefined ? null : momentAfter(context, nextOn);
  const changes = { received, paidInstalments: paid, checkAt };
  if (!isLate && nextOn !== undefined) {
    trusted(InstalmentPlan).update(plan, changes);
    return;
  }
  trusted(InstalmentPlan).move(plan, isLate ? 'BROKEN' : 'COMPLETED', {
    ...changes,
    checkAt: null,
    decidedOn: clock.today(),
  });
  const row = await trusted(CollectionCase).get(plan.case);
  if (isLate) await escalate(context, row);
  else if (row.status === 'PLAN') trusted(CollectionCase).move(row, 'IN_CONTACT');
  await tellCollector(context, row, { about: plan.id, isKept: !isLate, received });
};

export const instalmentIsOver = timer(InstalmentPlan, {
  describes: 'Finds a plan broken when an instalment has not come in by the day after it was due.',
  run: (plan, context) => checkPlan(context, plan),
});

/** Promises of an invoice that are looked at. */
const mostPromises = 20;

export const followSettlement = reaction('collectionFollowsSettlement', {
  describes: 'Finds promises kept and instalments paid as soon as enough has come in.',
  on: ['invoiceSettlement.created'],
  run: async ({ record }, context) => {
    const { trusted } = context;
    const latest = await trusted(InvoiceSettlement).find(record.id);
    if (latest?.kind !== 'PAYMENT') return;
    const open = { of: latest.account, open: true, first: mostPromises } as const;
    const [promises, plans] = await Promise.all([
      trusted(PaymentPromise).page('byAccount', open),
      trusted(InstalmentPlan).page('byAccount', open),
    ]);
    for (const { id } of promises.rows.filter(({ invoices }) => invoices.includes(latest.invoice))) {
      const promise = await trusted(PaymentPromise).get(id);
      if (promise.status === 'OPEN') await decidePromise(context, promise, { isOver: false, latest });
    }
    for (const { id } of plans.rows.filter(({ invoices }) => invoices.includes(latest.invoice))) {
      const plan = await trusted(InstalmentPlan).get(id);
      if (plan.status === 'ACTIVE') await checkPlan(context, plan, latest);
    }
  },
});

export const closeWhenPaid = reaction('closeCollectionCaseWhenPaid', {
  describes: 'Counts what is late anew when an invoice was settled, and ends the case when nothing is.',
  on: ['invoice.settled', 'invoice.voided'],
  run: async (event, context) => {
    const invoice = await context.trusted(Invoice).find(event.record.id);
    const row = invoice && (await openCaseOf(context, invoice.account));
    if (!invoice || !row) return;
    const debts = await debtsOf(context, invoice.account);
    const counted = countOf(debts, context.clock.today(), row.brokenPromises);
    if (counted.overdue.length > 0 || debts.some(({ promised }) => promised)) recount(context, row, counted);
    else endCase(context, row, invoice.writtenOff.minor > 0 ? 'WRITTEN_OFF' : 'PAID');
  },
});
