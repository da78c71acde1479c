// Sales and collections of a customer by month, and what is owed, from the totals of all who sell and collect. Pure.
import { cellsOf } from '#modules/billing/outside-documents';

/** What is counted, and as what the history shows it. */
const columns = {
  ORDER: 'ordered',
  DELIVERY: 'delivered',
  INVOICE: 'invoiced',
  CREDIT_NOTE: 'credited',
  PAYMENT: 'paid',
  SERVING: 'served',
} as const;
/** What is counted. */
export type Counted = keyof typeof columns;
type Column = (typeof columns)[Counted];

const nothing: Readonly<Record<Column, number>> = {
  ...{ ordered: 0, delivered: 0, invoiced: 0, credited: 0, paid: 0, served: 0 },
};

/** Amounts of a month by what they are of, in minor units. */
export type MonthOfSales = { readonly month: string; readonly currency: string } & typeof nothing;

/** The totals of an account, as one kind of document has them. */
export type Cells = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** Where an amount of a day is counted. */
export const monthCell = (day: string, currency: string, counted: Counted): string =>
  `${cellsOf.month}${day.slice(0, 7)}#${currency}#${counted}`;

/** Where what is owed until a day is counted. */
export const dueCell = (day: string, currency: string): string => `${cellsOf.due}${day}#${currency}`;

const entriesOf = (sources: readonly Cells[], prefix: string) =>
  sources.flatMap((cells) =>
    [...cells]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, amounts]) => ({ key: key.slice(prefix.length), amounts })),
  );

/** Months with what was ordered, invoiced, paid in them, the latest first. */
export const monthsIn = (sources: readonly Cells[]): readonly MonthOfSales[] => {
  const months = new Map<string, MonthOfSales>();
  for (const { key, amounts } of entriesOf(sources, cellsOf.month)) {
    const [month = '', currency = '', counted = 'ORDER'] = key.split('#');
    const known = months.get(`${month}#${currency}`) ?? { ...nothing, month, currency };
    const column = columns[counted as Counted];
    months.set(`${month}#${currency}`, { ...known, [column]: known[column] + (amounts['total'] ?? 0) });
  }
  return [...months.values()]
    .filter((month) => Object.values(columns).some((column) => month[column] !== 0))
    .toSorted((left, right) => right.month.localeCompare(left.month) || left.currency.localeCompare(right.currency));
};

/** What is owed, and what of it was due before a day. */
export type Owed = { readonly currency: string; readonly open: number; readonly overdue: number };

/** What is owed in each currency. */
export const owedIn = (sources: readonly Cells[], today: string): readonly Owed[] => {
  const owed = new Map<string, Owed>();
  for (const { key, amounts } of entriesOf(sources, cellsOf.due)) {
    const [day = '', currency = ''] = key.split('#');
    const { open, overdue } = owed.get(currency) ?? { open: 0, overdue: 0 };
    const more = amounts['open'] ?? 0;
    owed.set(currency, { currency, open: open + more, overdue: overdue + (day < today ? more : 0) });
  }
  return [...owed.values()].filter(({ open, overdue }) => open !== 0 || overdue !== 0);
};
