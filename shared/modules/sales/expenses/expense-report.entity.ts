import {
  date,
  dateTime,
  derived,
  derivedOptional,
  entity,
  file,
  list,
  money,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { mostExpenses, reportProblems } from './report.rules.ts';

/** Expenses that somebody asks to be paid back. */
export const ExpenseReport = entity('ExpenseReport', {
  idPrefix: 'exr',
  describes:
    'The settlement of a person’s expenses: submitted, approved as policies say, paid back. From its approval on nothing in it changes, and there is a statement of it as PDF.',
  fields: {
    subject: text({ min: 1, max: 200, search: 'words', describes: 'What it is about: the trip, the month.' }),
    advance: optional(money({ describes: 'What the person was given before, in the tenant’s currency.' })),
    owner: optional(ref('User', { describes: 'Who is paid back.' })),
    number: derived(text({ max: 40, search: 'words', describes: 'Its number.' })),
    expenses: derived(list(ref('Expense'), { max: mostExpenses, describes: 'What it consists of.' })),
    from: derivedOptional(date({ describes: 'The day of the first one.' })),
    to: derivedOptional(date({ describes: 'The day of the last one.' })),
    claimed: derived(money({ describes: 'What they come to.' })),
    payable: derived(money({ describes: 'What of that is paid back, caps observed.' })),
    balance: derived(
      money({ describes: 'What is still to be paid, less the advance; negative when the person owes.' }),
    ),
    submittedAt: derivedOptional(dateTime({ describes: 'When it was submitted.' })),
    decidedAt: derivedOptional(dateTime({ describes: 'When it was decided.' })),
    decidedBy: derivedOptional(ref('User', { describes: 'Who decided, where no approval policy names those who do.' })),
    reason: derivedOptional(text({ max: 1000, describes: 'Why it was rejected.' })),
    pdf: derivedOptional(file({ describes: 'The statement, as it was approved.' })),
    reimbursedOn: derivedOptional(date({ describes: 'The day on which it was paid.' })),
    reference: derivedOptional(text({ max: 120, describes: 'The transfer or cheque.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['SUBMITTED'],
      SUBMITTED: ['APPROVED', 'REJECTED', 'DRAFT'],
      APPROVED: ['REIMBURSED'],
      REJECTED: ['SUBMITTED'],
      REIMBURSED: [],
    },
    frozenIn: ['SUBMITTED', 'APPROVED', 'REIMBURSED'],
    closedIn: ['REIMBURSED'],
    verbs: { DRAFT: 'returned' },
  },
  owner: ownedBy('owner'),
  keys: {
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
    byNumber: { gsi: 5, of: 'number' },
  },
  timeline: ['id'],
  title: ({ number, subject }) => `${number} ${subject}`,
  check: (report) => reportProblems(report),
});

/** A report, as code sees it. */
export type ExpenseReportRow = Row<typeof ExpenseReport>;
