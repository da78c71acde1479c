import { module } from '#kernel';
import { specialDaysQuery, workingTime } from './calendar.operations.ts';
import { Holiday } from './holiday.entity.ts';
import { OwnSetting } from './own-setting.entity.ts';
import { settingKinds } from './setting-kinds.rules.ts';
import { SettingPolicy } from './setting-policy.entity.ts';
import { Tenant } from './tenant.entity.ts';
import { tenantSettings, updateTenant } from './tenant-settings.operations.ts';
import { WorkingCalendar } from './working-calendar.entity.ts';

/** The tenant and what it has settled: names, money, time, when its people work; and what teams and users may settle otherwise. */
export const settings = module('platform/settings', {
  entities: [Tenant, WorkingCalendar, Holiday, SettingPolicy, OwnSetting],
  operations: [workingTime, specialDaysQuery, updateTenant],
  contributes: { [settingKinds]: [tenantSettings] },
});
export { workingTimeOf } from './calendar.operations.ts';
export { Holiday } from './holiday.entity.ts';
export { localeOf } from './locale.rules.ts';
export { countriesWithHolidays, nationalHolidays } from './national-holidays.rules.ts';
export { operatorTenant } from './operator.rules.ts';
export { OwnSetting, type OwnSettingRow } from './own-setting.entity.ts';
export { assertNoApproval, ownValues, policyFor, renewPolicies } from './own-values.operations.ts';
export {
  inForce,
  isOpenTo,
  settingKinds,
  settingPlace,
  type Holder,
  type SettingKind,
  type SettingValues,
} from './setting-kinds.rules.ts';
export { assertRule, occurrenceAfter, occurrencesOf, type Recurrence } from './recurrence.operations.ts';
export { SettingPolicy, type SettingPolicyRow } from './setting-policy.entity.ts';
export { tenantKind } from './tenant-settings.operations.ts';
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
export {
  dayAfter,
  daysBetween,
  dayStart,
  instantOf,
  monthsIn,
  monthsLater,
  wallTimeOf,
  weekdayOf,
  type WallTime,
} from './zoned-time.rules.ts';
