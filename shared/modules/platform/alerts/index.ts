import { module } from '#kernel';
import { notificationKinds } from '#modules/platform/notifications';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import type { RoleGrant } from '#modules/platform/roles';
import { acknowledgeAlert, alertSources, createAlertRule, resolveAlert, updateAlertRule } from './alert.operations.ts';
import { AlertRule } from './alert-rule.entity.ts';
import { Alert } from './alert.entity.ts';
import { alertDue, findAlerts, lookAtGoals } from './finding.reactions.ts';
import { alertNotice } from './raising.operations.ts';

export { Alert, type AlertRow } from './alert.entity.ts';
export { AlertRule } from './alert-rule.entity.ts';
export { alertSourcesPoint, type AlertSource, type Goal, type PromiseStanding } from './extension-points.rules.ts';

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

/** Alerts: rules on events, thresholds, promises and goals, and whom they tell until somebody attends to it. */
export const alerts = module('platform/alerts', {
  entities: [AlertRule, Alert],
  operations: [createAlertRule, updateAlertRule, acknowledgeAlert, resolveAlert, alertSources],
  reactions: [findAlerts],
  timers: [alertDue, lookAtGoals],
  contributes: { [notificationKinds]: [alertNotice], [privacyBelongings]: ofPeople, 'role-grants': grants },
});
