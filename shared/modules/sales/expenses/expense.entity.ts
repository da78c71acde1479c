import {
  boolean,
  choice,
  date,
  decimal,
  defaulted,
  derived,
  derivedOptional,
  entity,
  file,
  link,
  list,
  money,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { caps, expenseCategories, expenseKinds } from './allowance.rules.ts';
import { expenseProblems } from './expense.rules.ts';

/** Money that somebody has spent for the company. */
export const Expense = entity('Expense', {
  idPrefix: 'exs',
  describes:
    'Money that somebody spent for the company: by a receipt, or counted in days away or kilometres driven. It is paid back by an expense report, and does not change any more once that was submitted.',
  fields: {
    kind: defaulted(
      choice(expenseKinds, {
        named: 'ExpenseKind',
        describes: 'Proved by a receipt, or counted in days away (per diem) or in kilometres.',
      }),
      'RECEIPT',
    ),
    category: choice(expenseCategories, { named: 'ExpenseCategory', describes: 'What it was spent on.' }),
    spentOn: date({ describes: 'The day on which it was spent.' }),
    description: text({ min: 1, max: 300, search: 'words', describes: 'What it was for.' }),
    amount: optional(
      money({ describes: 'What it came to, in the currency that was paid in; days and kilometres have their rate.' }),
    ),
    exchangeRate: optional(
      decimal({
        min: '0',
        describes: 'What one unit of that currency is in the tenant’s own; asked for where they differ.',
      }),
    ),
    days: optional(decimal({ min: '0', scale: 2, describes: 'Days away, for a per diem.' })),
    distance: optional(decimal({ min: '0', scale: 2, describes: 'Kilometres driven.' })),
    merchant: optional(text({ max: 200, search: 'words', describes: 'Who was paid.' })),
    merchantTaxId: optional(text({ max: 60, describes: 'The tax number of who was paid.' })),
    receiptNumber: optional(text({ max: 60, describes: 'The number of the receipt.' })),
    receipt: optional(file({ describes: 'The picture or PDF of the receipt.' })),
    account: optional(ref('Account', { describes: 'The customer that it was for.' })),
    activity: optional(ref('Activity', { describes: 'The visit or other work that it was for.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The sale that it was for.' })),
    owner: optional(ref('User', { describes: 'Who spent it.' })),
    value: derived(money({ describes: 'What it comes to in the tenant’s currency.' })),
    payable: derived(money({ describes: 'What of it is paid back.' })),
    excess: derived(money({ describes: 'What of it stands above a cap: cut, or paid when it is agreed to.' })),
    cap: derivedOptional(choice(caps, { named: 'ExpenseCap', describes: 'The cap that it is above.' })),
    needsApproval: derived(boolean({ describes: 'Whether it is paid above a cap, if that is agreed to.' })),
    policy: derivedOptional(ref('ExpensePolicy', { describes: 'The policy that counted.' })),
    fingerprints: derived(
      list(text({ max: 160 }), {
        max: 2,
        describes: 'By what the same receipt is known again: its picture, and the number that its merchant gave it.',
      }),
    ),
    duplicateOf: derivedOptional(ref('Expense', { describes: 'An expense that seems to be of the same receipt.' })),
    report: derivedOptional(ref('ExpenseReport', { describes: 'The report that it is in.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['SUBMITTED'],
      SUBMITTED: ['APPROVED', 'DRAFT'],
      APPROVED: ['REIMBURSED'],
      REIMBURSED: [],
    },
    frozenIn: ['SUBMITTED', 'APPROVED', 'REIMBURSED'],
    verbs: { DRAFT: 'returned' },
  },
  owner: ownedBy('owner'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'spentOn', on: 'Account.expenses' },
    byOwner: { gsi: 2, sort: 'spentOn' },
    all: { gsi: 3, sort: 'spentOn', shards: 2 },
    byStatus: { gsi: 4, of: 'status', sort: 'spentOn' },
    byFingerprint: link('fingerprints', 'createdAt'),
    byOpportunity: link('opportunity', 'spentOn', 'Opportunity.expenses'),
    byActivity: link('activity', 'spentOn', 'Activity.expenses'),
  },
  timeline: ['id', 'account', 'opportunity'],
  title: ({ description }) => description,
  check: (expense) => expenseProblems(expense),
});

/** An expense, as code sees it. */
export type ExpenseRow = Row<typeof Expense>;
