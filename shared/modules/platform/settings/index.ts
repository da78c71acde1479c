import { module } from '#kernel';
import { specialDaysQuery, workingTime } from './calendar.operations.ts';
import { Holiday } from './holiday.entity.ts';
import { Tenant } from './tenant.entity.ts';
import { WorkingCalendar } from './working-calendar.entity.ts';

/** The tenant and what it has settled: names, money, time, when its people work. */
export const settings = module('platform/settings', {
  entities: [Tenant, WorkingCalendar, Holiday],
  operations: [workingTime, specialDaysQuery],
});
export { workingTimeOf } from './calendar.operations.ts';
export { Holiday } from './holiday.entity.ts';
export { countriesWithHolidays, nationalHolidays } from './national-holidays.rules.ts';
export { operatorTenant } from './operator.rules.ts';
export { Tenant, type TenantRow } from './tenant.entity.ts';
export { customsOf, isTimeZone, timeZoneProblems } from './tenant.rules.ts';
export { WorkingCalendar } from './working-calendar.entity.ts';
export {
  addWorkingDays,
  addWorkingTime,
  hoursOn,
  isWorking,
  isWorkingDay,
  workingDaysBetween,
  workingMinutesBetween,
  type WorkingTime,
} from './working-time.rules.ts';
export { dayAfter, dayStart, instantOf, wallTimeOf, weekdayOf, type WallTime } from './zoned-time.rules.ts';
