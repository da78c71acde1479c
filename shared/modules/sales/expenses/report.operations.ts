import {
  change,
  creation,
  date,
  DomainError,
  given,
  list,
  mutation,
  optional,
  readOn,
  recordInput,
  ref,
  text,
  type Context,
} from '#kernel';
import { Approval, askApproval, policyOf } from '#modules/platform/approvals';
import { takeDocumentNumber } from '#modules/platform/numbering';
import { assessed, duplicateOf, policiesOf } from './assess.operations.ts';
import { Expense, type ExpenseRow } from './expense.entity.ts';
import { ExpenseReport, type ExpenseReportRow } from './expense-report.entity.ts';
import { approvalReason } from './report-wording.rules.ts';
import { mostExpenses, reportTotals } from './report.rules.ts';
import { approveReport, rejectReport } from './settle-report.operations.ts';

/** The kind of approval that reports may need. */
export const approvalKind = 'expense';

const which = recordInput('ExpenseReport');
const expenses = optional(
  list(ref('Expense', { describes: 'An expense.' }), {
    max: mostExpenses,
    describes: 'What it consists of; all that the person has noted and not claimed, where it is made without.',
  }),
);
const fails = ['IN_REPORT', 'OTHER_PERSON', 'CURRENCY_MISMATCH'] as const;

export const createExpenseReport = creation(ExpenseReport, 'createExpenseReport', {
  describes: 'Makes a report of expenses, as a draft: of those named, else of all (at most 60) that are in none.',
  needs: 'expenseReport.create',
  input: { expenses },
  returns: ExpenseReport,
  fails,
  run: async ({ values, expenses: ids }, context) => {
    const owner = values.owner ?? context.actor.userId;
    const chosen = ids ? await chosenOf(context, ids, owner) : await unclaimedOf(context, owner);
    const number = await takeDocumentNumber(context, 'expense-report');
    const { from, to, ...totals } = reportTotals(chosen, context.actor.currency, values.advance);
    const span = given({ from: from ?? undefined, to: to ?? undefined });
    const report = context.data(ExpenseReport).create({ ...values, ...totals, ...span, number });
    for (const expense of chosen) context.data(Expense).update(expense, { report: report.id });
    return report;
  },
});

export const updateExpenseReport = change(ExpenseReport, 'updateExpenseReport', {
  describes:
    'Changes a report that is a draft or was rejected: absent fields stay, null clears. Expenses that are given take the place of all.',
  needs: 'expenseReport.update',
  input: { ...which, expenses },
  returns: ExpenseReport,
  fails,
  run: async ({ id, changes, expenses: ids }, context) => {
    const report = await context.data(ExpenseReport).get(id);
    const held = await expensesOf(context, report);
    const chosen = ids ? await chosenOf(context, ids, report.owner, id) : held;
    const kept = new Set(chosen.map((expense) => expense.id));
    for (const expense of held) if (!kept.has(expense.id)) context.data(Expense).update(expense, { report: null });
    for (const expense of chosen) if (expense.report !== id) context.data(Expense).update(expense, { report: id });
    const after = context.data(ExpenseReport).update(report, changes);
    const totals = reportTotals(chosen, context.actor.currency, after.advance);
    return context.data(ExpenseReport).update(after, totals);
  },
});

export const submitExpenseReport = mutation('submitExpenseReport', {
  describes:
    'Submits a report: caps are applied anew, and nothing in it changes any more. Where an approval policy of the kind `expense` is reached, its approvers are asked; else who may approve reports decides.',
  needs: 'expenseReport.submit',
  input: which,
  returns: ExpenseReport,
  fails: ['NO_EXPENSES', 'RECEIPT_MISSING', 'NO_APPROVER', 'NO_RATE', 'RATE_MISSING'],
  run: async ({ id }, context) => {
    const { data, actor, clock } = context;
    const report = await data(ExpenseReport).get(id);
    const chosen = await finallyAssessed(context, report);
    const totals = reportTotals(chosen, actor.currency, report.advance);
    for (const expense of chosen) data(Expense).move(expense, 'SUBMITTED');
    await askFor(context, { ...report, claimed: totals.claimed }, chosen);
    return data(ExpenseReport).move(report, 'SUBMITTED', {
      ...totals,
      submittedAt: clock.instant(),
      reason: null,
    });
  },
});

const askFor = async (
  context: Context,
  { id, number, subject, claimed, owner }: ExpenseReportRow,
  chosen: readonly ExpenseRow[],
): Promise<void> => {
  if (!(await policyOf(context, approvalKind, claimed))) return;
  const reason = approvalReason(chosen, context.actor.locale);
  await askApproval(context, {
    about: id,
    kind: approvalKind,
    subject: `${number} ${subject}`.slice(0, 200),
    amount: claimed,
    ...given({ reason, askedBy: owner }),
  });
};

/** The expenses of a report with caps and duplicates as of now. @throws NO_EXPENSES, RECEIPT_MISSING */
const finallyAssessed = async (context: Context, report: ExpenseReportRow): Promise<readonly ExpenseRow[]> => {
  const held = await expensesOf(context, report);
  if (held.length === 0) throw new DomainError('NO_EXPENSES', 'A report needs an expense.', ['id']);
  const assess = await assessed(context, report.owner, held, ({ status }) => status !== 'DRAFT');
  const duplicates = await Promise.all(held.map((expense) => duplicateOf(context, expense)));
  const policies = new Map((await policiesOf(context)).map((policy) => [policy.id, policy]));
  return held.map((expense, index) => {
    const after = context.data(Expense).update(expense, { ...assess(expense), duplicateOf: duplicates[index] ?? null });
    const from = policies.get(after.policy ?? '')?.receiptFrom;
    if (from && after.receipt === undefined && after.value.minor >= from.minor)
      throw new DomainError('RECEIPT_MISSING', `${after.description} needs a picture of its receipt.`, ['id']);
    return after;
  });
};

const decided = 'One’s own report is decided by somebody else; one that approvers were asked about, by them.';

export const approveExpenseReport = mutation('approveExpenseReport', {
  describes: `Agrees to a report: its statement is made and it does not change any more. ${decided}`,
  needs: 'expenseReport.approve',
  input: which,
  returns: ExpenseReport,
  fails: ['OWN_REPORT', 'APPROVAL_ASKED'],
  run: async ({ id }, context) => approveReport(context, await decidable(context, id), context.actor.userId),
});

export const rejectExpenseReport = mutation('rejectExpenseReport', {
  describes: `Refuses a report and says why; it can be changed and submitted again. ${decided}`,
  needs: 'expenseReport.reject',
  input: { ...which, reason: text({ min: 1, max: 1000, describes: 'Why.' }) },
  returns: ExpenseReport,
  fails: ['OWN_REPORT', 'APPROVAL_ASKED'],
  run: async ({ id, reason }, context) =>
    rejectReport(context, await decidable(context, id), given({ reason, decidedBy: context.actor.userId })),
});

/** A report that the caller may decide about. @throws OWN_REPORT, APPROVAL_ASKED */
const decidable = async (context: Context, id: string): Promise<ExpenseReportRow> => {
  const report = await context.data(ExpenseReport).get(id);
  if (report.owner !== undefined && report.owner === context.actor.userId)
    throw new DomainError('OWN_REPORT', 'Somebody else decides about your report.', ['id']);
  if (await context.trusted(Approval).findUnique('asked', `${id}/${approvalKind}`))
    throw new DomainError('APPROVAL_ASKED', 'Approvers were asked: they decide.', ['id']);
  return report;
};

export const reimburseExpenseReport = mutation('reimburseExpenseReport', {
  describes: 'Notes that an approved report was paid.',
  needs: 'expenseReport.reimburse',
  input: {
    ...which,
    on: date({ describes: 'The day of the payment.' }),
    reference: optional(text({ max: 120, describes: 'The transfer or cheque.' })),
  },
  returns: ExpenseReport,
  fails: ['OWN_REPORT'],
  run: async ({ id, on, reference }, context) => {
    const { data, actor } = context;
    const report = await data(ExpenseReport).get(id);
    if (report.owner !== undefined && report.owner === actor.userId)
      throw new DomainError('OWN_REPORT', 'Somebody else pays your report.', ['id']);
    for (const expense of await expensesOf(context, report)) data(Expense).move(expense, 'REIMBURSED');
    return data(ExpenseReport).move(report, 'REIMBURSED', given({ reimbursedOn: on, reference }));
  },
});

const expensesOf = async ({ data }: Context, { expenses: ids }: ExpenseReportRow): Promise<readonly ExpenseRow[]> =>
  inOrder(await data(Expense).getMany(ids));

/** In the order in which they were noted. */
const inOrder = (rows: ReadonlyMap<string, ExpenseRow>): readonly ExpenseRow[] =>
  [...rows.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** Named expenses of a person. @throws NOT_FOUND, OTHER_PERSON, IN_REPORT */
const chosenOf = async (
  { data }: Context,
  ids: readonly string[],
  owner: string | undefined,
  report?: string,
): Promise<readonly ExpenseRow[]> => {
  const rows = await Promise.all([...new Set(ids)].toSorted().map((id) => data(Expense).get(id)));
  if (rows.some((row) => row.owner !== owner))
    throw new DomainError('OTHER_PERSON', 'A report has expenses of one person.', ['expenses']);
  if (rows.some((row) => row.report !== undefined && row.report !== report))
    throw new DomainError('IN_REPORT', 'One of them is in another report.', ['expenses']);
  return rows;
};

const unclaimedOf = async ({ data }: Context, owner: string | undefined): Promise<readonly ExpenseRow[]> => {
  if (owner === undefined) return [];
  const { rows } = await readOn((asked) => data(Expense).page('byOwner', { of: owner, ...asked }), 1000);
  const open = rows.filter(({ status, report }) => status === 'DRAFT' && report === undefined).slice(0, mostExpenses);
  return inOrder(await data(Expense).getMany(open.map(({ id }) => id)));
};
