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

/** Amounts of a month by what they are of. */
export type MonthOfSales = {
  readonly month: string;
  readonly currency: string;
  readonly ordered: number;
  readonly delivered: number;
  readonly invoiced: number;
  readonly credited: number;
  readonly paid: number;
};

const columns = {
  ORDER: 'ordered',
  DELIVERY: 'delivered',
  INVOICE: 'invoiced',
  CREDIT_NOTE: 'credited',
  PAYMENT: 'paid',
} as const;

/** Where the cells of months and of days due begin. */
export const cellsOf = { month: 'month#', due: 'due#' } as const;

type Cells = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** Months with what was ordered, invoiced, paid in them, the latest first. */
export const monthsIn = (cells: Cells): readonly MonthOfSales[] => {
  const entries = [...cells].flatMap(([key, { total = 0 }]) => {
    if (!key.startsWith(cellsOf.month)) return [];
    const [month = '', currency = '', type = 'ORDER'] = key.slice(cellsOf.month.length).split('#');
    return [{ month, currency, column: columns[type as keyof typeof columns], total }];
  });
  return [...Map.groupBy(entries, ({ month, currency }) => `${month} ${currency}`).values()]
    .map((group) => ({
      ...{ month: '', currency: '', ordered: 0, delivered: 0, invoiced: 0, credited: 0, paid: 0 },
      ...(group[0] && { month: group[0].month, currency: group[0].currency }),
      ...Object.fromEntries(group.map(({ column, total }) => [column, total])),
    }))
    .filter(({ ordered, delivered, invoiced, credited, paid }) => ordered || delivered || invoiced || credited || paid)
    .toSorted((left, right) => (left.month > right.month ? -1 : 1));
};

/** What is owed, and what of it was due before a day. */
export type Owed = { readonly currency: string; readonly open: number; readonly overdue: number };

/** What is owed in each currency. */
export const owedIn = (cells: Cells, today: string): readonly Owed[] => {
  const entries = [...cells].flatMap(([key, { open = 0 }]) => {
    if (!key.startsWith(cellsOf.due) || open === 0) return [];
    const [day = '', currency = ''] = key.slice(cellsOf.due.length).split('#');
    return [{ currency, open, overdue: day < today ? open : 0 }];
  });
  return [...Map.groupBy(entries, ({ currency }) => currency)].map(([currency, group]) => ({
    currency,
    open: group.reduce((sum, { open }) => sum + open, 0),
    overdue: group.reduce((sum, { overdue }) => sum + overdue, 0),
  }));
};
