import type { Problem } from '#kernel';
import { nationalHolidays } from './national-holidays.rules.ts';
import { timeZoneProblems } from './tenant.rules.ts';
import type { Hours, WorkingTime } from './working-time.rules.ts';

type WeekHours = { readonly weekday: number; readonly from: string; readonly to: string };

/** What is needed of a WorkingCalendar. */
export type CalendarValues = {
  readonly timeZone?: string;
  readonly country?: string;
  readonly observesCountry: boolean;
  readonly hours: readonly WeekHours[];
};

/** What is needed of a Holiday. */
export type HolidayValues = {
  readonly name: string;
  readonly date: string;
  readonly everyYear: boolean;
  readonly from?: string;
  readonly to?: string;
};

/** Where a tenant is. */
export type Place = { readonly timeZone: string; readonly country: string };

/** The week of tenants that have settled none: Monday to Friday, 08:30 to 17:30. */
export const usualHours: readonly WeekHours[] = [1, 2, 3, 4, 5].map((weekday) => ({
  weekday,
  from: '08:30',
  to: '17:30',
}));

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

const toHours = ({ from, to }: { readonly from: string; readonly to: string }): Hours => ({
  from: minuteOf(from),
  to: minuteOf(to),
});

/** What is wrong with the hours of a week. */
export const calendarProblems = ({ timeZone, hours }: CalendarValues): readonly Problem[] => [
  ...timeZoneProblems(timeZone),
  ...hours.flatMap(({ weekday, ...each }, index) => {
    const { from, to } = toHours(each);
    if (from >= to) return [problem('Work ends after it begins.', ['hours', index, 'to'])];
    const overlaps = hours
      .slice(0, index)
      .some((other) => other.weekday === weekday && toHours(other).from < to && from < toHours(other).to);
    return overlaps ? [problem('These hours overlap with others of the same weekday.', ['hours', index])] : [];
  }),
];

/** What is wrong with a day unlike others. */
export const holidayProblems = ({ from, to }: Pick<HolidayValues, 'from' | 'to'>): readonly Problem[] => {
  if (from === undefined && to === undefined) return [];
  if (from === undefined || to === undefined)
    return [problem('Say from and to, or neither when nobody works.', [from === undefined ? 'from' : 'to'])];
  return minuteOf(from) < minuteOf(to) ? [] : [problem('Work ends after it begins.', ['to'])];
};

const problem = (message: string, path: readonly (string | number)[]): Problem => ({
  code: 'BAD_INPUT',
  message,
  path,
});

/** Working time from a calendar (the usual week without one), the tenant's own days and the country's. */
export const workingTimeFrom = (
  calendar: CalendarValues | undefined,
  holidays: readonly HolidayValues[],
  place: Place,
): WorkingTime => {
  const week = Map.groupBy(calendar?.hours ?? usualHours, ({ weekday }) => weekday);
  const hours = new Map(
    [...week].map(([weekday, each]) => [weekday, each.map(toHours).sort((left, right) => left.from - right.from)]),
  );
  const days = specialDays(calendar, holidays, place);
  return {
    timeZone: calendar?.timeZone ?? place.timeZone,
    hoursOf: (weekday) => hours.get(weekday) ?? [],
    special: (day) => days(day)?.hours,
  };
};

/** A day unlike others: what it is, in which hours people work on it. */
export type SpecialDay = {
  readonly day: string;
  readonly es: string;
  readonly en: string;
  readonly hours: readonly Hours[];
};

/** Days unlike others, found per year; the tenant's own word counts before the country's. */
export const specialDays = (
  calendar: CalendarValues | undefined,
  holidays: readonly HolidayValues[],
  place: Place,
): ((day: string) => SpecialDay | undefined) => {
  const country = (calendar?.observesCountry ?? true) ? (calendar?.country ?? place.country) : '';
  const years = new Map<string, ReadonlyMap<string, SpecialDay>>();
  return (day) => {
    const year = day.slice(0, 4);
    const known = years.get(year) ?? yearOf(country, holidays, year);
    years.set(year, known);
    return known.get(day);
  };
};

const yearOf = (country: string, holidays: readonly HolidayValues[], year: string): ReadonlyMap<string, SpecialDay> => {
  const national = nationalHolidays(country, Number(year)).map((each): SpecialDay => ({ ...each, hours: [] }));
  const own = holidays
    .filter(({ date, everyYear }) => (everyYear ? date.slice(0, 4) <= year : date.startsWith(year)))
    .map(({ name, date, from, to }): SpecialDay => ({
      day: `${year}${date.slice(4)}`,
      es: name,
      en: name,
      hours: from !== undefined && to !== undefined ? [toHours({ from, to })] : [],
    }));
  return new Map([...national, ...own].map((each) => [each.day, each]));
};
