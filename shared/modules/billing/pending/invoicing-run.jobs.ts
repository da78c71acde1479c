import { DomainError, given, job, type Context, type JobContext, type PieceOutcome, type RowResult } from '#kernel';
import { issueInvoice } from '#modules/billing/invoices';
import { BillableItem } from './billable-item.entity.ts';
import { isWaiting, refreshBlocks } from './blocks.operations.ts';
import { draftForItems } from './invoice-items.operations.ts';
import { InvoicingRun, type InvoicingGroup, type InvoicingRunRow } from './invoicing-run.entity.ts';

type Given = { readonly run: string };

/** Invoices of one chunk. */
const atOnce = 5;

export const invoiceGroups = job<Given>('invoiceGroups', {
  describes: 'Makes the invoices of a run, each in writes of its own.',
  needs: 'invoice.issue',
  total: async ({ run }, { data }) => (await data(InvoicingRun).get(run)).invoices,
  chunk: async ({ run: id }, cursor, context) => {
    const run = await context.trusted(InvoicingRun).get(id);
    const from = Number(cursor ?? 0);
    const groups = [...run.groups];
    const results: RowResult[] = [];
    for (const [nth, group] of run.groups.slice(from, from + atOnce).entries()) {
      const made = group.state === 'PLANNED' ? await makeInvoice(context, run, group) : group;
      groups[from + nth] = made;
      results.push(resultOf(from + nth + 1, made));
    }
    context.trusted(InvoicingRun).update(run, { groups });
    return { results, ...(from + atOnce < groups.length && { next: String(from + atOnce) }) };
  },
  finish: async ({ run: id }, { trusted }) => {
    const run = await trusted(InvoicingRun).get(id);
    const failed = run.groups.filter(({ state }) => state === 'FAILED').length;
    if (run.status === 'RUNNING') trusted(InvoicingRun).move(run, 'DONE', { failed });
    return { invoices: run.groups.length - failed, failed };
  },
});

const resultOf = (row: number, { state, invoice, code, message }: InvoicingGroup): RowResult =>
  given({
    row,
    record: invoice,
    code,
    message,
    status: state === 'FAILED' ? ('failed' as const) : ('created' as const),
  });

/** The draft and its number are two writes: what has a draft keeps it, whatever becomes of its number. */
const makeInvoice = async (
  context: JobContext,
  { id, issues }: InvoicingRunRow,
  group: InvoicingGroup,
): Promise<InvoicingGroup> => {
  const drafted = await alone(context, `${id} ${group.key} draft`, (own) => draft(own, group));
  if (drafted.status === 'failed' || drafted.record === undefined) return failedGroup(group, drafted);
  const made = { ...group, invoice: drafted.record };
  if (!issues) return { ...made, state: 'DRAFTED' };
  const issued = await alone(context, `${id} ${group.key} issue`, (own) => issueInvoice(own, made.invoice));
  return issued.status === 'failed' ? { ...failedGroup(made, issued) } : { ...made, state: 'ISSUED' };
};

const alone = async (
  context: Context,
  key: string,
  run: (own: Context) => Promise<{ readonly id: string }>,
): Promise<PieceOutcome> => {
  const [outcome] = await context.together([{ key, run }]);
  return outcome ?? { status: 'failed' };
};

/** What is still free of a group. */
const draft = async (own: Context, { items }: InvoicingGroup) => {
  const rows = await own.trusted(BillableItem).getMany(items);
  const now = await refreshBlocks(own, [...rows.values()].filter(isWaiting));
  return draftForItems(
    own,
    now.filter(({ isBlocked }) => !isBlocked),
  );
};

const failedGroup = (group: InvoicingGroup, { error }: PieceOutcome): InvoicingGroup => {
  const known = error instanceof DomainError ? error : undefined;
  if (!known && error instanceof Error) throw error;
  const { code, message } = known ?? { code: 'CONFLICT', message: 'Another change came first.' };
  return { ...group, state: 'FAILED', code, message: message.slice(0, 500) };
};
