import {
  boolean,
  date,
  defaulted,
  DomainError,
  given,
  mayDo,
  mutation,
  optional,
  ref,
  sum,
  versionInput,
  type Context,
} from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { TradingAccount } from '#modules/sales/terms';
import { groupItems, type Group, type InvoicingGrouping } from './grouping.rules.ts';
import { withCurrency, type PricedItem } from './invoice-items.operations.ts';
import { InvoicingRun, type InvoicingGroup, type InvoicingRunRow } from './invoicing-run.entity.ts';
import { invoiceGroups } from './invoicing-run.jobs.ts';
import { BilledAccount } from './trading-terms.entity.ts';
import { waitingItems } from './waiting-items.operations.ts';

/** Invoices of one run, at most: the lines that a document may have. */
const mostGroups = 500;

export const previewInvoicingRun = mutation('previewInvoicingRun', {
  describes:
    'Groups all that waits and that nothing keeps from it into invoices, and shows which there would be. Nothing else is written before it is confirmed.',
  needs: 'invoicingRun.prepare',
  input: {
    readyUntil: optional(date({ describes: 'Only what may be invoiced since this day or before; today when absent.' })),
    account: optional(ref('Account', { describes: 'Only this customer.' })),
    groupBy: TradingAccount.fields.groupInvoicesBy,
    issues: defaulted(
      boolean({ describes: 'Whether the invoices are to be issued at once; drafts otherwise.' }),
      false,
    ),
  },
  returns: InvoicingRun,
  run: async (asked, context) => {
    const readyUntil = asked.readyUntil ?? context.clock.today();
    const { rows, isComplete } = await waitingItems(context, given({ account: asked.account, to: readyUntil }));
    const free = rows.filter(({ isBlocked }) => !isBlocked).map(withCurrency);
    const groups = await grouped(context, free, asked.groupBy);
    return context.data(InvoicingRun).create({
      ...given(asked),
      readyUntil,
      groups: groups.slice(0, mostGroups).map(planned),
      invoices: Math.min(groups.length, mostGroups),
      items: groups.slice(0, mostGroups).reduce((all, { items }) => all + items.length, 0),
      blocked: rows.length - free.length,
      isComplete: isComplete && groups.length <= mostGroups,
    });
  },
});

const grouped = async (
  { trusted }: Context,
  items: readonly PricedItem[],
  by: readonly InvoicingGrouping[] | undefined,
): Promise<readonly Group<PricedItem>[]> => {
  const accounts = await trusted(BilledAccount).getMany([...new Set(items.map(({ account }) => account))]);
  return groupItems(items, (account) => accounts.get(account) ?? {}, by);
};

const planned = ({ key, account, items }: Group<PricedItem>): InvoicingGroup => {
  const currency = items[0]?.currency ?? '';
  return {
    ...{ key, account, state: 'PLANNED' as const, items: items.map(({ id }) => id) },
    base: sum(
      items.map(({ base }) => base),
      currency,
    ),
    total: sum(
      items.map(({ total }) => total),
      currency,
    ),
  };
};

const own = {
  id: ref('InvoicingRun', { describes: 'The preview.' }),
  version: versionInput,
};

export const confirmInvoicingRun = mutation('confirmInvoicingRun', {
  describes:
    'Makes the invoices of a preview, by a job. What is blocked, waived or on another invoice meanwhile is left out; an invoice that fails says why and keeps no other from being made.',
  needs: 'invoicingRun.prepare',
  input: own,
  returns: InvoicingRun,
  run: async ({ id }, context) => {
    if (!mayDo(context.actor, invoiceGroups.needs)) throw new DomainError('FORBIDDEN', 'You may not make invoices.');
    const run = await context.data(InvoicingRun).get(id);
    const job = startJob(context, invoiceGroups, { run: id }, { subject: id });
    return context.data(InvoicingRun).move(run, 'RUNNING', { job: job.id });
  },
});

export const cancelInvoicingRun = mutation('cancelInvoicingRun', {
  describes: 'Throws a preview away.',
  needs: 'invoicingRun.prepare',
  input: own,
  returns: InvoicingRun,
  run: async ({ id }, { data }): Promise<InvoicingRunRow> =>
    data(InvoicingRun).move(await data(InvoicingRun).get(id), 'CANCELLED'),
});
