import { module } from '#kernel';
import { Expense } from './expense.entity.ts';
import { archiveExpense, createExpense, updateExpense } from './expense.operations.ts';
import { ExpensePolicy } from './expense-policy.entity.ts';
import { ExpenseReport } from './expense-report.entity.ts';
import { takeExpenseApproval } from './report.reactions.ts';
import {
  approveExpenseReport,
  createExpenseReport,
  reimburseExpenseReport,
  rejectExpenseReport,
  submitExpenseReport,
  updateExpenseReport,
} from './report.operations.ts';

import { readReceipt } from './read-receipt.operations.ts';
/** What people spend for the company: noted on the way, settled by a report that somebody agrees to. */
export const expenses = module('sales/expenses', {
  entities: [ExpensePolicy, Expense, ExpenseReport],
  operations: [
    readReceipt,
    createExpense,
    updateExpense,
    archiveExpense,
    createExpenseReport,
    updateExpenseReport,
    submitExpenseReport,
    approveExpenseReport,
    rejectExpenseReport,
    reimburseExpenseReport,
  ],
  reactions: [takeExpenseApproval],
  contributes: {
    'role-grants': [
      {
        roles: ['seller', 'support'],
        entities: {
          Expense: { create: 'own', read: 'own', update: 'own', archive: 'own' },
          ExpenseReport: { create: 'own', read: 'own', update: 'own' },
        },
        withholds: ['expenseReport.reimburse'],
      },
      { roles: ['manager'], withholds: ['expenseReport.reimburse'] },
    ],
  },
});
export { Expense, type ExpenseRow } from './expense.entity.ts';
export { ExpensePolicy } from './expense-policy.entity.ts';
export { ExpenseReport, type ExpenseReportRow } from './expense-report.entity.ts';
