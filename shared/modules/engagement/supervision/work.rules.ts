import { dayAfter, weekdayOf } from '#modules/platform/settings';

/** What work may be counted by. */
export const workDimensions = ['person', 'type', 'day', 'week', 'result'] as const;
export type WorkDimension = (typeof workDimensions)[number];

/** A cell of `activityTotals`, taken apart. Cells of results say what came of it instead of a state. */
export type WorkCell = {
  readonly day: string;
  readonly week: string;
  readonly person: string;
  readonly type: string;
  readonly status: string;
  readonly result: string;
  readonly count: number;
  readonly minutes: number;
};

type Amounts = Readonly<Record<string, number>>;

/** The Monday of a day's week. */
export const weekOf = (day: string): string => dayAfter(day, 1 - weekdayOf(day));

/** The cell behind a key of the roll-up. */
export const workCell = (key: string, { count = 0, minutes = 0 }: Amounts, isResult: boolean): WorkCell => {
  const [day = '', person = '', type = '', last = ''] = key.split('#');
  const [status, result] = isResult ? ['DONE', last] : [last, ''];
  return { day, week: weekOf(day), person, type, status, result, count, minutes };
};

/** Work counted by some dimensions; a dimension that is empty is left out. */
export type WorkGroup = { readonly [D in WorkDimension]?: string } & WorkSums;
/** What is counted. `minutes` are those that were spent. */
export type WorkSums = {
  readonly planned: number;
  readonly done: number;
  readonly dropped: number;
  readonly minutes: number;
};

/** Sums of cells. */
export const sumsOf = (cells: readonly WorkCell[]): WorkSums => {
  const count = (of: string, amount: 'count' | 'minutes' = 'count'): number =>
    cells.filter(({ status }) => status === of).reduce((sum, cell) => sum + cell[amount], 0);
  return {
    planned: count('PLANNED'),
    done: count('DONE'),
    dropped: count('DROPPED'),
    minutes: count('DONE', 'minutes'),
  };
};

/** Cells added up by the dimensions, in the order of their values; groups without anything are left out. */
export const groupWork = (cells: readonly WorkCell[], by: readonly WorkDimension[]): readonly WorkGroup[] =>
  [...Map.groupBy(cells, (cell) => by.map((name) => cell[name]).join('#'))]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, group]) => groupOf(group, by))
    .filter(({ planned, done, dropped }) => planned + done + dropped > 0);

const groupOf = (cells: readonly WorkCell[], by: readonly WorkDimension[]): readonly WorkGroup[] => {
  const [first] = cells;
  if (!first) return [];
  const named = by.flatMap((name) => (first[name] === '' ? [] : [[name, first[name]]]));
  return [{ ...(Object.fromEntries(named) as Partial<Record<WorkDimension, string>>), ...sumsOf(cells) }];
};

/** From one day to another, both included. */
export type Span = { readonly from: string; readonly to: string };
/** The part of a span that lies in the partition of a month. */
export type MonthSpan = Span & { readonly month: string };

/** The months of a span. */
export const monthsOf = ({ from, to }: Span): readonly MonthSpan[] => {
  const months: MonthSpan[] = [];
  for (let day = `${from.slice(0, 7)}-01`; day <= to; day = `${dayAfter(day, 31).slice(0, 7)}-01`)
    months.push({ month: day.slice(0, 7), from, to });
  return months;
};

/** What to read for a span and for what is overdue: this month's days until today belong to it. */
export const spansToRead = (today: string, span: Span): readonly MonthSpan[] => {
  const month = today.slice(0, 7);
  const first = `${month}-01`;
  const asked = monthsOf(span);
  if (!asked.some((each) => each.month === month)) return [...asked, { month, from: first, to: today }];
  return asked.map((each) =>
    each.month === month ? { month, from: first, to: each.to > today ? each.to : today } : each,
  );
};

/** Days (`YYYY-MM-DD`) that have passed since an instant, counted in UTC. */
export const daysBefore = (now: string, days: number): string => dayAfter(now.slice(0, 10), -days);
