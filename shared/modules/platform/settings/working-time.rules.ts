// Working time: hours of the week in a time zone, days unlike others, and what follows from them. Pure.
import { dayAfter, instantOf, wallTimeOf, weekdayOf } from './zoned-time.rules.ts';

/** From one minute of the day to another, `to` not included. */
export type Hours = { readonly from: number; readonly to: number };

/** When people work. */
export type WorkingTime = {
  readonly timeZone: string;
  /** Hours of a weekday, 1 (Monday) to 7, in order and apart from each other. */
  hoursOf(weekday: number): readonly Hours[];
  /** Hours of a day unlike others, none when nobody works; undefined for a day like any other. */
  special(day: string): readonly Hours[] | undefined;
};

/** Longest look ahead; a calendar that has no working time in it has none. */
const mostDays = 3 * 366;

/** The hours in which people work on a day. */
export const hoursOn = (time: WorkingTime, day: string): readonly Hours[] =>
  time.special(day) ?? time.hoursOf(weekdayOf(day));

type Span = { readonly start: number; readonly end: number };

/** Working time of a day as instants: an hour that the clocks leave out or repeat counts as it is lived. */
const spansOn = (time: WorkingTime, day: string): readonly Span[] =>
  hoursOn(time, day).map(({ from, to }) => ({
    start: instantOf({ day, minute: from }, time.timeZone),
    end: instantOf({ day, minute: to }, time.timeZone),
  }));

const dayOf = (time: WorkingTime, instant: number): string => wallTimeOf(instant, time.timeZone).day;

/** Whether people work at this instant. */
export const isWorking = (time: WorkingTime, instant: string): boolean => {
  const at = Date.parse(instant);
  return spansOn(time, dayOf(time, at)).some(({ start, end }) => start <= at && at < end);
};

/** Whether anybody works on this day. */
export const isWorkingDay = (time: WorkingTime, day: string): boolean => hoursOn(time, day).length > 0;

/** Working time from an instant on, piece by piece. */
function* spansFrom(time: WorkingTime, instant: number): Generator<Span> {
  let day = dayOf(time, instant);
  for (let count = 0; count < mostDays; count += 1, day = dayAfter(day)) {
    for (const { start, end } of spansOn(time, day)) if (end > instant) yield { start: Math.max(start, instant), end };
  }
}

/**
 * The instant when so many minutes have been worked from this one on; for 0 the next moment at which people work.
 * Undefined when they do not come together within three years.
 */
export const addWorkingTime = (time: WorkingTime, instant: string, minutes: number): string | undefined => {
  let left = minutes * 60_000;
  for (const { start, end } of spansFrom(time, Date.parse(instant))) {
    if (left === 0 || left <= end - start) return new Date(start + left).toISOString();
    left -= end - start;
  }
  return undefined;
};

/** Minutes worked between two instants, the first one earlier. */
export const workingMinutesBetween = (time: WorkingTime, from: string, to: string): number => {
  const last = Date.parse(to);
  let worked = 0;
  for (const { start, end } of spansFrom(time, Date.parse(from))) {
    if (start >= last) break;
    worked += Math.min(end, last) - start;
  }
  return Math.floor(worked / 60_000);
};

/** Working days from one day to another, the first counted and the last not; negative when they are the other way round. */
export const workingDaysBetween = (time: WorkingTime, from: string, to: string): number => {
  if (to < from) return -workingDaysBetween(time, to, from);
  let count = 0;
  for (let day = from; day < to; day = dayAfter(day)) count += isWorkingDay(time, day) ? 1 : 0;
  return count;
};

/** The n-th working day after a day; for 0 the day itself where people work, else the next one on which they do. */
export const addWorkingDays = (time: WorkingTime, from: string, days: number): string | undefined => {
  let left = Math.max(days, 1);
  let day = days === 0 ? from : dayAfter(from);
  for (let count = 0; count < mostDays; count += 1, day = dayAfter(day)) {
    left -= isWorkingDay(time, day) ? 1 : 0;
    if (left === 0) return day;
  }
  return undefined;
};
