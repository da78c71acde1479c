import { change, creation, DomainError, given, mutation, recordInput, type Context } from '#kernel';
import { File } from '#modules/platform/files';
import { assessed, duplicateOf, fingerprintsFor } from './assess.operations.ts';
import { Expense, type ExpenseRow } from './expense.entity.ts';
import { ExpenseReport } from './expense-report.entity.ts';
import { reportTotals } from './report.rules.ts';

const fails = [
  'NO_RATE',
  'RATE_MISSING',
  'IN_FUTURE',
  'FILE_NOT_UPLOADED',
  'CURRENCY_MISMATCH',
  'NOT_YOUR_FILE',
] as const;
const which = recordInput('Expense');

export const createExpense = creation(Expense, 'createExpense', {
  describes:
    'Notes an expense. Days and kilometres come to what the policy says; what stands above a cap is cut or waits for agreement, with the cap named. A receipt that was claimed before is flagged.',
  needs: 'expense.create',
  input: {},
  returns: Expense,
  fails,
  run: async ({ values }, context) => {
    assertPast(context, values.spentOn);
    const owner = values.owner ?? context.actor.userId;
    const claim = { ...values, kind: values.kind ?? 'RECEIPT' };
    const [assess, fingerprints] = await Promise.all([
      assessed(context, owner, [claim], () => true),
      fingerprintsFor(context, values),
    ]);
    const duplicate = await duplicateOf(context, { fingerprints });
    const { cap, policy, ...amounts } = assess(claim);
    const expense = context.data(Expense).create({
      ...values,
      ...amounts,
      fingerprints,
      ...given({ cap: cap ?? undefined, policy: policy ?? undefined, duplicateOf: duplicate ?? undefined }),
    });
    await keepReceipt(context, expense);
    return expense;
  },
});

export const updateExpense = change(Expense, 'updateExpense', {
  describes:
    'Changes an expense that was not submitted: absent fields stay, null clears. What is paid of it is found anew, and what its report comes to.',
  needs: 'expense.update',
  input: which,
  returns: Expense,
  fails,
  run: async ({ id, changes }, context) => {
    const expense = await context.data(Expense).get(id);
    if (changes.spentOn !== undefined) assertPast(context, changes.spentOn);
    const after = context.data(Expense).update(expense, changes);
    const [assess, fingerprints] = await Promise.all([
      assessed(context, after.owner, [after], (other) => other.id < id),
      fingerprintsFor(context, after),
    ]);
    const duplicate = await duplicateOf(context, { id, fingerprints });
    const settled = context.data(Expense).update(after, { ...assess(after), fingerprints, duplicateOf: duplicate });
    if (settled.receipt !== expense.receipt) await keepReceipt(context, settled);
    await renewReport(context, settled);
    return settled;
  },
});

export const archiveExpense = mutation('archiveExpense', {
  describes: 'Takes back an expense that is in no report.',
  needs: 'expense.archive',
  input: which,
  returns: Expense,
  fails: ['IN_REPORT'],
  run: async ({ id }, { data }) => {
    const expense = await data(Expense).get(id);
    if (expense.report !== undefined)
      throw new DomainError('IN_REPORT', 'It is in a report; take it out of that first.', ['id']);
    return data(Expense).archive(expense);
  },
});

const assertPast = ({ clock }: Context, spentOn: string): void => {
  if (spentOn > clock.today()) throw new DomainError('IN_FUTURE', 'It has not been spent yet.', ['spentOn']);
};

/** Who sees the expense sees its receipt: it is a file of whoever notes the expense, taken from no other record. @throws NOT_YOUR_FILE */
const keepReceipt = async ({ trusted, actor }: Context, { id, receipt }: ExpenseRow): Promise<void> => {
  if (receipt === undefined) return;
  const file = await trusted(File).get(receipt);
  if (file.record === id) return;
  if (file.uploader !== actor.id || file.record !== undefined)
    throw new DomainError('NOT_YOUR_FILE', 'A receipt is a file that you have sent and that belongs to nothing else.', [
      'receipt',
    ]);
  trusted(File).update(file, { record: id });
};

/** A report comes to what its expenses come to. */
const renewReport = async ({ data, actor }: Context, expense: ExpenseRow): Promise<void> => {
  if (expense.report === undefined) return;
  const report = await data(ExpenseReport).get(expense.report);
  const rows = new Map([...(await data(Expense).getMany(report.expenses)), [expense.id, expense]]);
  data(ExpenseReport).update(report, reportTotals([...rows.values()], actor.currency, report.advance));
};
