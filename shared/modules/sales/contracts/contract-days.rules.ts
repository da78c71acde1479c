// The periods of a contract, counted by days and months of the calendar. Pure.
import { dayAfter, daysBetween, monthsLater } from '#modules/platform/settings';

/** What a period lasts, in months. */
export const periodMonths = { MONTH: 1, QUARTER: 3, HALF_YEAR: 6, YEAR: 12 } as const;
/** How long a period is. */
export type PeriodLength = keyof typeof periodMonths;

/** What the periods of a contract follow from. */
export type PeriodTerms = {
  readonly startsOn: string;
  readonly endsOn?: string;
  readonly period: PeriodLength;
  /** Whether periods are those of the calendar: months, quarters, years; else they begin on the day on which the contract does. */
  readonly calendarPeriods: boolean;
};

/** A period, or what of it the contract covers. `days` of the `ofDays` that it has. */
export type Slice = { readonly from: string; readonly to: string; readonly days: number; readonly ofDays: number };

/** The first day of the period of the calendar that holds a day. */
const calendarStart = (day: string, months: number): string => {
  const [year = '', month = '1'] = day.split('-');
  const first = Math.floor((Number(month) - 1) / months) * months + 1;
  return `${year}-${String(first).padStart(2, '0')}-01`;
};

/** The whole period that holds a day: its first day, and that of the next. Counted from the anchor, so that months' ends do not drift. */
const periodAround = ({ startsOn, period, calendarPeriods }: PeriodTerms, day: string): readonly [string, string] => {
  const months = periodMonths[period];
  const anchor = calendarPeriods ? calendarStart(startsOn, months) : startsOn;
  let index = 0;
  while (monthsLater(anchor, (index + 1) * months) <= day) index += 1;
  return [monthsLater(anchor, index * months), monthsLater(anchor, (index + 1) * months)];
};

/** What is to be billed next, from a day on that no period has covered; nothing behind the end. */
export const sliceFrom = (terms: PeriodTerms, from: string): Slice | undefined => {
  const { endsOn } = terms;
  if (endsOn !== undefined && from > endsOn) return undefined;
  const [begin, next] = periodAround(terms, from);
  const last = dayAfter(next, -1);
  const to = endsOn !== undefined && endsOn < last ? endsOn : last;
  return { from, to, days: daysBetween(from, to) + 1, ofDays: daysBetween(begin, next) };
};
