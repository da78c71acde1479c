import {
  boolean,
  date,
  dateTime,
  DomainError,
  integer,
  list,
  object,
  optional,
  query,
  readOn,
  ref,
  signedIn,
  text,
  type Context,
} from '#kernel';
import { specialDays, workingTimeFrom, type CalendarValues, type HolidayValues, type Place } from './calendar.rules.ts';
import { Holiday } from './holiday.entity.ts';
import { ownValues, type Whose } from './own-values.operations.ts';
import { tenantKind } from './tenant-settings.operations.ts';
import { Tenant } from './tenant.entity.ts';
import { WorkingCalendar } from './working-calendar.entity.ts';
import { addWorkingTime, isWorking, type WorkingTime } from './working-time.rules.ts';
import { dayAfter } from './zoned-time.rules.ts';

type Found = {
  readonly calendar: CalendarValues | undefined;
  readonly holidays: readonly HolidayValues[];
  readonly place: Place;
};

/** A calendar with what it needs: the named one, the tenant's, or the usual week. Two requests. */
const findCalendar = async (context: Context, id: string | undefined, whose?: Whose): Promise<Found> => {
  const { trusted, actor } = context;
  const [tenant, holidays] = await Promise.all([trusted(Tenant).find(actor.tenant), allHolidays(context)]);
  const chosen = id ?? (await ownCalendar(context, whose)) ?? tenant?.calendar;
  const calendar = chosen === undefined ? undefined : await trusted(WorkingCalendar).get(chosen);
  const inIt = holidays.filter((holiday) => holiday.calendar === undefined || holiday.calendar === chosen);
  return {
    calendar,
    holidays: inIt,
    place: { timeZone: tenant?.timeZone ?? actor.timeZone, country: tenant?.country ?? actor.country },
  };
};

/** The calendar that the team or the person has settled, where that is open to them. */
const ownCalendar = async (context: Context, whose?: Whose): Promise<string | undefined> =>
  (await ownValues(context, tenantKind, 'calendar', whose)).at(-1)?.['calendar'] as string | undefined;

/** Most days unlike others that count. */
const mostHolidays = 5000;

const allHolidays = async ({ trusted }: Context) =>
  (await readOn((asked) => trusted(Holiday).page('byDate', asked), mostHolidays)).rows;

/**
 * Working time of a calendar; when none is named, of the one that counts for the actor, or for whomever one names: the own, else
 * the tenant's. Pure rules take it from there.
 */
export const workingTimeOf = async (context: Context, calendar?: string, whose?: Whose): Promise<WorkingTime> => {
  const found = await findCalendar(context, calendar, whose);
  return workingTimeFrom(found.calendar, found.holidays, found.place);
};

const whichCalendar = optional(ref('WorkingCalendar', { describes: "Which calendar; the tenant's when not said." }));

/** Three years: what fits into one answer, and into one look ahead. */
const mostDays = 3 * 366;

export const workingTime = query('workingTime', {
  describes: 'Whether people work at a moment, when they next do, and when so many minutes will have been worked.',
  needs: signedIn,
  input: {
    at: dateTime({ describes: 'The moment.' }),
    minutes: optional(integer({ min: 0, max: 600_000, describes: 'Working minutes to be added to it.' })),
    calendar: whichCalendar,
  },
  returns: {
    isWorking: boolean({ describes: 'Whether people work at this moment.' }),
    resumesAt: optional(dateTime({ describes: 'The moment itself, or the next one at which people work.' })),
    dueAt: optional(dateTime({ describes: 'When the minutes will have been worked.' })),
  },
  async run({ at, minutes, calendar }, context) {
    const time = await workingTimeOf(context, calendar);
    const resumesAt = addWorkingTime(time, at, 0);
    const dueAt = minutes === undefined ? undefined : addWorkingTime(time, at, minutes);
    return {
      isWorking: isWorking(time, at),
      ...(resumesAt !== undefined && { resumesAt }),
      ...(dueAt !== undefined && { dueAt }),
    };
  },
});

export const specialDaysQuery = query('specialDays', {
  describes: "The days unlike others in a calendar: the country's days off and the own ones.",
  needs: signedIn,
  input: {
    from: date({ describes: 'The first day.' }),
    to: date({ describes: 'The last day; at most three years later.' }),
    calendar: whichCalendar,
  },
  returns: {
    days: list(
      object('SpecialDay', {
        day: date({ describes: 'The day.' }),
        name: text({ describes: 'What it is.' }),
        isWorkingDay: boolean({ describes: 'Whether people work on it, in other hours than usual.' }),
      }),
      { max: 1500, describes: 'In order.' },
    ),
  },
  async run({ from, to, calendar }, context) {
    if (to > dayAfter(from, mostDays)) throw new DomainError('BAD_INPUT', 'At most three years.', ['to']);
    const found = await findCalendar(context, calendar);
    const special = specialDays(found.calendar, found.holidays, found.place);
    return {
      days: daysFrom(from, to)
        .flatMap((day) => special(day) ?? [])
        .map((each) => ({ day: each.day, name: each[context.actor.locale], isWorkingDay: each.hours.length > 0 })),
    };
  },
});

const daysFrom = (from: string, to: string): readonly string[] => {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day)) days.push(day);
  return days;
};
