import { dayIn } from '#kernel';
import {
  addWorkingDays,
  addWorkingTime,
  dayAfter,
  hoursOn,
  instantOf,
  isWorkingDay,
  type WorkingTime,
} from '#modules/platform/settings';
import type { Offset } from './sequence.entity.ts';

/** When a step begins and until when it is to be done; `startsAt` where it has a time of the day. */
export type Moment = { readonly opensAt: string; readonly dueAt: string; readonly startsAt?: string };

/** From where offsets count. `field` answers the value of a date field of the record. */
export type Origins = {
  readonly now: string;
  readonly previous: string;
  readonly start: string;
  field(name: string): unknown;
};

/** The moment of a step by a calendar; undefined where its date field is empty. What would have been before now is today. */
export const momentOf = (time: WorkingTime, offset: Offset, origins: Origins): Moment | undefined => {
  const origin = originOf(offset, origins);
  if (origin === undefined) return undefined;
  const planned = plannedAt(time, offset, origin);
  return planned && planned.dueAt > origins.now ? planned : soonest(time, origins.now);
};

const originOf = ({ from, field = '' }: Offset, origins: Origins): string | undefined => {
  if (from !== 'FIELD') return from === 'START' ? origins.start : origins.previous;
  const value = origins.field(field);
  return typeof value === 'string' ? value : undefined;
};

const plannedAt = (time: WorkingTime, { unit, amount, at }: Offset, origin: string): Moment | undefined => {
  if (unit === 'WORKING_HOURS' || unit === 'WORKING_MINUTES') {
    const minutes = unit === 'WORKING_HOURS' ? amount * 60 : amount;
    const due = addWorkingTime(time, instantIn(time, origin), minutes);
    return due === undefined ? undefined : { opensAt: due, dueAt: due };
  }
  const day = dayFor(time, unit, amount, dayOf(time, origin));
  return day === undefined ? undefined : momentOn(time, day, at);
};

/** A date is its day wherever it is read; a moment, the day that it is there. */
const isDate = (origin: string): boolean => origin.length === 10;
const dayOf = (time: WorkingTime, origin: string): string =>
  isDate(origin) ? origin : dayIn(new Date(origin), time.timeZone);
const instantIn = (time: WorkingTime, origin: string): string => (isDate(origin) ? at(time, origin, 0) : origin);

const at = (time: WorkingTime, day: string, minute: number): string =>
  new Date(instantOf({ day, minute }, time.timeZone)).toISOString();

const dayFor = (time: WorkingTime, unit: Offset['unit'], amount: number, day: string): string | undefined => {
  if (unit === 'DAYS') {
    const found = dayAfter(day, amount);
    return amount < 0 ? workingDayBefore(time, dayAfter(found), 1) : addWorkingDays(time, found, 0);
  }
  return amount < 0 ? workingDayBefore(time, day, -amount) : addWorkingDays(time, day, amount);
};

/** As far as a calendar is looked through. */
const mostDays = 3 * 366;

/** The n-th working day before a day. */
const workingDayBefore = (time: WorkingTime, day: string, count: number): string | undefined => {
  let left = count;
  for (let back = 1; back <= mostDays; back += 1) {
    const found = dayAfter(day, -back);
    left -= isWorkingDay(time, found) ? 1 : 0;
    if (left === 0) return found;
  }
  return undefined;
};

const momentOn = (time: WorkingTime, day: string, clock: string | undefined): Moment => {
  if (clock !== undefined) {
    const moment = at(time, day, Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));
    return { opensAt: moment, dueAt: moment, startsAt: moment };
  }
  const hours = hoursOn(time, day);
  const [from, to] = [hours[0]?.from ?? 0, hours.at(-1)?.to ?? 24 * 60];
  return { opensAt: at(time, day, from), dueAt: at(time, day, to) };
};

/** Now, to be done by the end of the day of work that it is or that comes next. */
const soonest = (time: WorkingTime, now: string): Moment => {
  const working = addWorkingTime(time, now, 0);
  if (working === undefined) return { opensAt: now, dueAt: now };
  const { dueAt } = momentOn(time, dayOf(time, working), undefined);
  return { opensAt: now, dueAt };
};

/** When work that is due is late: so many working hours later. */
export const lateAt = (time: WorkingTime, dueAt: string, hours: number): string =>
  hours === 0 ? dueAt : (addWorkingTime(time, dueAt, hours * 60) ?? dueAt);
