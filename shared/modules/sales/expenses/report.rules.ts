import { subtract, sum, zero, type Money, type Problem } from '#kernel';

/** Expenses of a report, at most: they are submitted and decided in one write. */
export const mostExpenses = 60;

type Spent = { readonly id: string; readonly spentOn: string; readonly value: Money; readonly payable: Money };

/** What expenses come to together. */
export const reportTotals = (expenses: readonly Spent[], currency: string, advance = zero(currency)) => {
  const days = expenses.map(({ spentOn }) => spentOn).toSorted();
  const payable = sum(
    expenses.map((expense) => expense.payable),
    currency,
  );
  return {
    expenses: expenses.map(({ id }) => id),
    from: days[0] ?? null,
    to: days.at(-1) ?? null,
    claimed: sum(
      expenses.map(({ value }) => value),
      currency,
    ),
    payable,
    balance: subtract(payable, advance),
  };
};

/** What is wrong with a report by itself. */
export const reportProblems = ({ advance }: { readonly advance?: Money }): readonly Problem[] =>
  advance !== undefined && advance.minor < 0
    ? [{ code: 'BAD_INPUT', message: 'An advance is not negative.', path: ['advance'] }]
    : [];
