// How a report is decided: by a person, or by what approvers have said. Its expenses go with it.
import { given, type Context } from '#kernel';
import { storeFile } from '#modules/platform/files';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import { User } from '#modules/platform/users';
import { Expense, type ExpenseRow } from './expense.entity.ts';
import { ExpenseReport, type ExpenseReportRow } from './expense-report.entity.ts';
import { statementOf } from './report-wording.rules.ts';

/** Agrees to a report: its statement is made and kept. */
export const approveReport = async (
  context: Context,
  report: ExpenseReportRow,
  decidedBy: string | undefined,
): Promise<ExpenseReportRow> => {
  const { trusted, clock } = context;
  const expenses = await submittedOf(context, report);
  for (const expense of expenses) trusted(Expense).move(expense, 'APPROVED');
  const pdf = await storeStatement(context, report, expenses);
  return trusted(ExpenseReport).move(report, 'APPROVED', given({ decidedAt: clock.instant(), decidedBy, pdf }));
};

/** Refuses a report: its expenses can be changed again. */
export const rejectReport = async (
  context: Context,
  report: ExpenseReportRow,
  decision: { readonly reason?: string; readonly decidedBy?: string },
): Promise<ExpenseReportRow> => {
  await giveBack(context, report);
  const decidedAt = context.clock.instant();
  return context.trusted(ExpenseReport).move(report, 'REJECTED', { ...decision, decidedAt });
};

/** Makes a report a draft again: who asked has taken the question back, or nobody answered it. */
export const returnReport = async (context: Context, report: ExpenseReportRow): Promise<ExpenseReportRow> => {
  await giveBack(context, report);
  return context.trusted(ExpenseReport).move(report, 'DRAFT');
};

const giveBack = async (context: Context, report: ExpenseReportRow): Promise<void> => {
  for (const expense of await submittedOf(context, report)) context.trusted(Expense).move(expense, 'DRAFT');
};

const submittedOf = async ({ trusted }: Context, { expenses }: ExpenseReportRow): Promise<readonly ExpenseRow[]> => [
  ...(await trusted(Expense).getMany(expenses)).values(),
];

const storeStatement = async (
  context: Context,
  report: ExpenseReportRow,
  expenses: readonly ExpenseRow[],
): Promise<string> => {
  const { actor, clock, trusted } = context;
  const [letterhead, person] = await Promise.all([
    letterheadOf(context),
    report.owner === undefined ? undefined : trusted(User).find(report.owner),
  ]);
  const locale = person?.locale ?? actor.locale;
  const model = statementOf(report, expenses, { locale, madeAt: clock.instant(), person: person?.name ?? '' });
  const body = await renderDocument(model, letterhead, { locale, country: actor.country, timeZone: actor.timeZone });
  const name = `${report.number}.pdf`;
  return (await storeFile(context, { name, contentType: 'application/pdf', body, record: report.id })).id;
};
