// How long a step waits: by the clock, or by a calendar.
import { dayIn } from '#kernel';
import { addWorkingDays, addWorkingTime, instantOf, type WorkingTime } from '#modules/platform/settings';
import type { Plan } from './plan.rules.ts';
import { waitingFields, type Waiting } from './waiting.rules.ts';

/** By what a wait is worked out. */
type Clock = { readonly now: string; readonly working?: WorkingTime };

/** Whether mapped values came to something that can be waited for. */
export const isWait = ({ amount, until }: Waiting): boolean =>
  (amount === undefined || Number.isInteger(amount)) && (until === undefined || !Number.isNaN(Date.parse(until)));

const minutesIn = { MINUTES: 1, HOURS: 60, DAYS: 1440, WORKING_HOURS: 60, WORKING_DAYS: 1440 } as const;

/** Until when a step waits; of an event, for how long at most. Undefined where it waits for as long as it takes. */
export const untilOf = (waiting: Waiting, clock: Clock): string | undefined => {
  const moment = momentOf(waiting, clock);
  if (moment === undefined || waiting.working !== true || !clock.working) return moment;
  return addWorkingTime(clock.working, moment, 0) ?? moment;
};

const momentOf = ({ amount, unit = 'HOURS', until, working }: Waiting, clock: Clock): string | undefined => {
  const from = until === undefined ? clock.now : instantAt(until, clock.working);
  if (amount !== undefined) return after(from, amount, unit, clock.working);
  return until === undefined && working !== true ? undefined : from;
};

/** A day begins at its midnight, by the calendar where there is one. */
const instantAt = (until: string, time: WorkingTime | undefined): string =>
  until.length === 10 && time ? dayStartIn(time, until) : new Date(until).toISOString();

const dayStartIn = (time: WorkingTime, day: string): string =>
  new Date(instantOf({ day, minute: 0 }, time.timeZone)).toISOString();

const after = (
  from: string,
  amount: number,
  unit: NonNullable<Waiting['unit']>,
  time: WorkingTime | undefined,
): string => {
  if (unit === 'WORKING_HOURS' && time) return addWorkingTime(time, from, amount * 60) ?? from;
  if (unit === 'WORKING_DAYS' && time) return workingDaysAfter(time, from, amount);
  return new Date(Date.parse(from) + amount * minutesIn[unit] * 60_000).toISOString();
};

/** So many working days later, when work begins on that day. */
const workingDaysAfter = (time: WorkingTime, from: string, days: number): string => {
  const day = addWorkingDays(time, dayIn(new Date(from), time.timeZone), days);
  const start = day === undefined ? from : dayStartIn(time, day);
  return addWorkingTime(time, start > from ? start : from, 0) ?? start;
};

/** Whether a plan asks when people work. */
export const asksForWorkingTime = ({ steps }: Pick<Plan, 'steps'>): boolean =>
  steps.some(({ kind, input }) => kind === 'waitFor' && Object.keys(input).some((name) => waitingFields.has(name)));
