import type { Money, Problem } from '#kernel';

/** What the rules look at. */
type Facts = {
  readonly type: string;
  readonly total: Money;
  readonly openAmount?: Money;
  readonly issuedOn: string;
  readonly dueOn?: string;
  readonly lines?: readonly { readonly product?: string }[];
};

/** Only an invoice is owed; of one that does not say how much, all is. */
const openOf = ({ type, total, openAmount }: Facts): Money | null =>
  type === 'INVOICE' ? (openAmount ?? total) : null;

/** What follows from what was said. */
export const settleDocument = (row: Facts) => ({
  open: openOf(row),
  products: [...new Set((row.lines ?? []).flatMap(({ product }) => product ?? []))],
});

/** What cannot be right. */
export const documentProblems = ({ total, openAmount, issuedOn, dueOn }: Facts): readonly Problem[] => [
  ...(openAmount && openAmount.currency !== total.currency
    ? [{ code: 'CURRENCY_MISMATCH', message: 'Total and open amount are of one currency.', path: ['openAmount'] }]
    : []),
  ...(dueOn !== undefined && dueOn < issuedOn
    ? [{ code: 'BAD_INPUT', message: 'It is due before its own day.', path: ['dueOn'] }]
    : []),
];

/** Where the cells of months and of days due begin. */
export const cellsOf = { month: 'month#', due: 'due#' } as const;
