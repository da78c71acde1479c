import { dayAfter, instantOf, monthsLater, wallTimeOf, weekdayOf } from '#modules/platform/settings';

/** How often. */
export const rhythms = ['DAY', 'WORKING_DAY', 'WEEK', 'MONTH'] as const;
/** A time of day. */
export const clockForm = /^([01]\d|2[0-3]):[0-5]\d$/;

type Schedule = {
  readonly every: (typeof rhythms)[number];
  readonly at: string;
  readonly weekday?: number;
  readonly day?: number;
};

/** The calendar that moments are counted in. */
export type Place = { readonly timeZone: string; isWorkingDay(day: string): boolean };

const lastDay = 31;
const mostDays = 400;

/** The first moment of a schedule behind an instant. Nothing where nobody ever works. */
export const nextMoment = (
  schedule: Schedule,
  after: string,
  { timeZone, isWorkingDay }: Place,
): string | undefined => {
  const [hours = 0, minutes = 0] = schedule.at.split(':').map(Number);
  let { day } = wallTimeOf(Date.parse(after), timeZone);
  for (let count = 0; count < mostDays; count += 1, day = dayAfter(day)) {
    if (!isMeant(schedule, day, isWorkingDay)) continue;
    const moment = new Date(instantOf({ day, minute: hours * 60 + minutes }, timeZone)).toISOString();
    if (moment > after) return moment;
  }
  return undefined;
};

const isMeant = (
  { every, weekday = 1, day: asked = 1 }: Schedule,
  day: string,
  isWorkingDay: Place['isWorkingDay'],
) => {
  if (every === 'DAY') return true;
  if (every === 'WORKING_DAY') return isWorkingDay(day);
  if (every === 'WEEK') return weekdayOf(day) === weekday;
  return day === dayOfMonth(day, asked);
};

/** The asked day of the month that a day lies in; its last one where it is shorter. */
const dayOfMonth = (day: string, asked: number): string => {
  const [last] = monthsLater(`${day.slice(0, 4)}-01-${String(lastDay)}`, Number(day.slice(5, 7)) - 1).split('T');
  const wanted = `${day.slice(0, 8)}${String(asked).padStart(2, '0')}`;
  return last !== undefined && last < wanted ? last : wanted;
};
