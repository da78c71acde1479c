import { reaction, readOn, timer, type Context } from '#kernel';
import { Invoice, type InvoiceRow } from '#modules/billing/invoices';
import { BillableItem, BilledAccount, isWaiting } from '#modules/billing/pending';
import { standingOf } from '#modules/sales/orders';
import { AlarmedTenant, end, raise } from './alarm.operations.ts';
import { isUnusual, usualAmount } from './unusual.rules.ts';

/** Invoices that one is compared with, and items of a customer that may be late, at most. */
const mostInvoices = 20;
const mostItems = 1000;
/** How unlike the others an invoice must be, where the tenant has said nothing. */
const usualFactor = '3';

export const alarmLate = timer(BillableItem, {
  describes: 'Tells that a customer has something to be invoiced for longer than the tenant allows.',
  run: async (item, context) => {
    const toldLateAt = context.clock.instant();
    context.trusted(BillableItem).update(item, { lateAt: null, toldLateAt }, { aside: true });
    const account = await context.trusted(BilledAccount).get(item.account);
    await raise(context, { kind: 'LATE_TO_INVOICE', account, about: item.id, amount: item.total, once: account.id });
  },
});

export const endLate = reaction('endLateToInvoice', {
  describes: 'Ends the alarm of a customer of whom nothing late waits to be invoiced any more.',
  on: ['billableItem.invoiced', 'billableItem.waived'],
  run: async (event, context) => {
    const item = await context.trusted(BillableItem).find(event.record.id);
    if (item?.toldLateAt === undefined) return;
    const { rows } = await readOn(
      (asked) => context.trusted(BillableItem).page('byAccount', { of: item.account, open: true, ...asked }),
      mostItems,
    );
    const isLate = rows.some((row) => row.id !== item.id && isWaiting(row) && row.toldLateAt !== undefined);
    if (!isLate) await end(context, 'LATE_TO_INVOICE', item.account);
  },
});

export const alarmCredit = reaction('alarmOverCredit', {
  describes: 'Tells that a customer owes and has ordered more than its credit limit, and notes when it no longer does.',
  on: [
    'invoice.issued',
    'invoice.voided',
    'invoice.settled',
    'order.confirmed',
    'order.reduced',
    'order.cancelled',
    'account.updated',
  ],
  run: async (event, context) => {
    if (event.type === 'account.updated' && !('creditLimit' in event.changed)) return;
    const id = await accountOf(context, event.record);
    const account = id === undefined ? undefined : await context.trusted(BilledAccount).find(id);
    if (!account) return;
    const { used, limit } = await standingOf(context, account);
    if (limit === undefined || used.minor <= limit.minor) await end(context, 'OVER_CREDIT', account.id);
    else
      await raise(context, {
        ...{ kind: 'OVER_CREDIT', account, about: account.id, once: account.id },
        ...{ amount: used, usual: limit },
      });
  },
});

const accountOf = async (
  { records }: Context,
  { id, type }: { readonly id: string; readonly type: string },
): Promise<string | undefined> => {
  if (type === BilledAccount.name) return id;
  const account = (await records([id])).get(id)?.['account'];
  return typeof account === 'string' ? account : undefined;
};

export const alarmUnusual = reaction('alarmUnusualAmount', {
  describes: 'Tells that an invoice is for much more or much less than the last ones of the customer.',
  on: ['invoice.issued'],
  run: async (event, context) => {
    const invoice = await context.trusted(Invoice).find(event.record.id);
    if (invoice?.status !== 'ISSUED' || invoice.kind !== 'STANDARD') return;
    const usual = usualAmount(await amountsBefore(context, invoice));
    const tenant = await context.trusted(AlarmedTenant).find(context.actor.tenant);
    if (!usual || !isUnusual(invoice.total, usual, tenant?.unusualAmountFactor ?? usualFactor)) return;
    const account = await context.trusted(BilledAccount).get(invoice.account);
    await raise(context, {
      ...{ kind: 'UNUSUAL_AMOUNT', account, about: invoice.id, once: invoice.id },
      ...{ amount: invoice.total, usual },
    });
  },
});

/** What the last invoices of the same customer in the same currency were for. */
const amountsBefore = async ({ trusted }: Context, invoice: InvoiceRow) => {
  const { rows } = await trusted(Invoice).page('byAccount', { of: invoice.account, first: 100, descending: true });
  return rows
    .filter(({ id, status, kind }) => id !== invoice.id && status === 'ISSUED' && kind === 'STANDARD')
    .map(({ total }) => total)
    .filter(({ currency }) => currency === invoice.total.currency)
    .slice(0, mostInvoices);
};
