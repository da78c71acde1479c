import { module } from '#kernel';
import { approvalsSection } from '#modules/platform/approvals';
import { routesPoint } from '#modules/platform/mail-in';
import { notificationKinds } from '#modules/platform/notifications';
import { syncPoint } from '#modules/platform/sync';
import { manualPoint, stepsPoint } from '#modules/platform/workflows';
import { tenantDefaults, type TenantDefaults } from '#modules/platform/tenants';
import { accountSections, type AccountSection } from '#modules/parties/accounts';
import { segmentRelations } from '#modules/parties/segments';
import { ActivityType } from './activity-type.entity.ts';
import { Activity } from './activity.entity.ts';
import {
  addActivity,
  completeActivity,
  createActivity,
  dropActivity,
  postponeActivity,
  reopenActivity,
  updateActivity,
} from './activity.operations.ts';
import { activityNotifications, tellConcerned } from './activity.reactions.ts';
import { agenda } from './agenda.operations.ts';
import { delegatedReading } from './delegation.projections.ts';
import { acceptDelegation, declineDelegation, delegateActivity } from './delegation.operations.ts';
import { activityRoute } from './mail-route.operations.ts';
import { escalate, escalationNotice } from './escalation.reactions.ts';
import { escalatedSection, panel, panelSections } from './panel.operations.ts';
import { claimActivity, reassignActivities, workQueues } from './queue.operations.ts';
import { doneActivities } from './segmentation.rules.ts';
import { taskByPeople, taskStep } from './task-step.operations.ts';

export { Activity } from './activity.entity.ts';
export { ActivityType } from './activity-type.entity.ts';
export { carriedFields, createActivity, dropActivity } from './activity.operations.ts';
export { panelSections, type PanelSection } from './panel.operations.ts';
export { filledFrom, placeOf, placesFor, type Filled } from './places.operations.ts';
export { withQueue } from './queue.rules.ts';
export { planTask, type Task } from './task.operations.ts';
import { defaultActivityTypes } from './default-activity-types.rules.ts';

export { defaultActivityTypes } from './default-activity-types.rules.ts';

const firstTypes: TenantDefaults = {
  name: 'activityTypes',
  run: ({ trusted }) => {
    for (const type of defaultActivityTypes) trusted(ActivityType).create(type);
    return Promise.resolve();
  },
};

const planned: AccountSection = {
  name: 'activities',
  describes: 'What is planned with the account, the next first.',
  of: Activity,
  key: 'byAccount',
  descending: false,
  first: 10,
};

/** Activities: what is planned and done with customers, the agenda and the panel. */
export const activities = module('engagement/activities', {
  entities: [ActivityType, Activity],
  operations: [
    createActivity,
    updateActivity,
    completeActivity,
    dropActivity,
    reopenActivity,
    postponeActivity,
    claimActivity,
    reassignActivities,
    addActivity,
    delegateActivity,
    acceptDelegation,
    declineDelegation,
    agenda,
    panel,
    workQueues,
  ],
  timers: [escalate],
  reactions: [tellConcerned],
  projections: [delegatedReading],
  contributes: {
    [notificationKinds]: [...activityNotifications, escalationNotice],
    [tenantDefaults]: [firstTypes],
    [accountSections]: [planned],
    [panelSections]: [approvalsSection, escalatedSection],
    [syncPoint]: [Activity],
    [routesPoint]: [activityRoute],
    [stepsPoint]: [taskStep],
    [manualPoint]: [taskByPeople],
    [segmentRelations]: doneActivities,
  },
});
