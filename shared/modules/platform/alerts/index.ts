import { module } from '#kernel';
import { notificationKinds } from '#modules/platform/notifications';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import type { RoleGrant } from '#modules/platform/roles';
import {
  acknowledgeAlert,
  alertSources,
  createAlertRule,
  myAlerts,
  resolveAlert,
  updateAlertRule,
} from './alert.operations.ts';
import { AlertRule } from './alert-rule.entity.ts';
import { Alert } from './alert.entity.ts';
import { alertDue, findAlerts } from './finding.reactions.ts';
import { goThrough, takeUp } from './going-through.jobs.ts';
import { lookByClock } from './looking.operations.ts';
import { alertNotice, tellReaders } from './telling.operations.ts';

export { Alert, type AlertRow } from './alert.entity.ts';
export { AlertRule } from './alert-rule.entity.ts';
export {
  alertChannelsPoint,
  alertSourcesPoint,
  type AlertChannel,
  type AlertSource,
  type Goal,
  type PromiseStanding,
} from './extension-points.rules.ts';

/** What alerts to a person alone goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [{ of: Alert.name, field: 'record' }];

/** Whoever was told may attend to it, and whoever sees it; what is alerted to is settled by those who lead. */
const grants: readonly RoleGrant[] = [
  {
    roles: ['seller', 'support', 'manager'],
    entities: { Alert: { create: 'none', read: 'team', update: 'team', archive: 'none' } },
    grants: ['alert.acknowledge', 'alert.resolve'],
  },
  {
    roles: ['seller', 'support'],
    entities: { AlertRule: { create: 'none', read: 'all', update: 'none', archive: 'none' } },
  },
];

/** Alerts: rules on events, thresholds, timetables, promises and goals, and whom they tell until somebody attends to it. */
export const alerts = module('platform/alerts', {
  entities: [AlertRule, Alert],
  operations: [createAlertRule, updateAlertRule, acknowledgeAlert, resolveAlert, alertSources, myAlerts],
  jobs: [goThrough],
  reactions: [findAlerts, takeUp, tellReaders],
  timers: [alertDue, lookByClock],
  contributes: { [notificationKinds]: [alertNotice], [privacyBelongings]: ofPeople, 'role-grants': grants },
});
