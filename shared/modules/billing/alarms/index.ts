import { module } from '#kernel';
import { notificationKinds } from '#modules/platform/notifications';
import { acknowledgeBillingAlarm, alarmNotifications, alarmSettings } from './alarm.operations.ts';
import { alarmCredit, alarmLate, alarmUnusual, endLate } from './alarm.reactions.ts';
import { BillingAlarm } from './billing-alarm.entity.ts';

/** Alarms of billing: what is late to be invoiced, customers over their credit, amounts unlike the others. */
export const billingAlarms = module('billing/alarms', {
  entities: [BillingAlarm],
  extensions: [{ of: 'Tenant', fields: alarmSettings }],
  operations: [acknowledgeBillingAlarm],
  reactions: [alarmCredit, alarmUnusual, endLate],
  timers: [alarmLate],
  contributes: { [notificationKinds]: alarmNotifications },
});
export { BillingAlarm, type BillingAlarmRow } from './billing-alarm.entity.ts';
