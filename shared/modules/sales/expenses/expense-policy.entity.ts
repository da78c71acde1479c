import { boolean, choice, decimal, defaulted, entity, money, noOwner, optional, text, type Row } from '#kernel';
import { expenseCategories, expenseKinds, overCap } from './allowance.rules.ts';

/** What the company pays for, and how much of it. */
export const ExpensePolicy = entity('ExpensePolicy', {
  idPrefix: 'epo',
  plural: 'expensePolicies',
  describes:
    'What the company pays back of expenses: the rate of a day or a kilometre, caps, and from which amount on a receipt is asked for. Of several policies of a kind, the one for the category of the expense counts, else the one that names none.',
  fields: {
    name: text({ min: 1, max: 120, search: 'words', describes: 'What people call it.' }),
    kind: choice(expenseKinds, { named: 'ExpenseKind', describes: 'For which kind of expense.' }),
    category: optional(choice(expenseCategories, { named: 'ExpenseCategory', describes: 'For one category alone.' })),
    rate: optional(decimal({ min: '0', describes: 'What a day or a kilometre comes to, in the tenant’s currency.' })),
    perExpense: optional(money({ describes: 'What one expense is paid at most.' })),
    perDay: optional(money({ describes: 'What all of a person’s expenses under it are paid at most on a day.' })),
    over: defaulted(
      choice(overCap, {
        named: 'OverCap',
        describes: 'Above a cap: the excess is cut, or the whole is paid if who decides about the report agrees.',
      }),
      'CUT',
    ),
    receiptFrom: optional(money({ describes: 'From this amount on a picture of the receipt is asked for.' })),
    active: defaulted(boolean({ describes: 'Whether it counts.' }), true),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: ({ kind, rate }) =>
    kind !== 'RECEIPT' && rate === undefined
      ? [{ code: 'NO_RATE', message: 'Say what a day or a kilometre comes to.', path: ['rate'] }]
      : [],
});

/** A policy, as code sees it. */
export type ExpensePolicyRow = Row<typeof ExpensePolicy>;
