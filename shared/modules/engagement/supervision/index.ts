import { module } from '#kernel';
import { alertSourcesPoint } from '#modules/platform/alerts';
import { notificationKinds } from '#modules/platform/notifications';
import { ActivityQuota } from './activity-quota.entity.ts';
import { workAlerts } from './alert-sources.operations.ts';
import { ContactedAccount, contactOfAccounts, noteContact } from './contact.reactions.ts';
import { neglect, neglected } from './quiet.operations.ts';
import { quietRecords, quietTotals, watchedRecords, type Watched } from './quiet.projections.ts';
import { handedOver, reassignPlanned } from './reassign-work.jobs.ts';
import { reassignWork } from './reassign-work.operations.ts';
import { teamWork } from './work.operations.ts';
import { activityTotals } from './work.projections.ts';

export { quietTotals, watchedRecords, type Watched } from './quiet.projections.ts';

const accounts: Watched<typeof ContactedAccount> = {
  of: ContactedAccount,
  since: ({ lastContactAt, createdAt }) => lastContactAt ?? createdAt,
};

/** Supervision: what the people of a manager plan and do, whom they neglect, and giving their work to others. */
export const supervision = module('engagement/supervision', {
  entities: [ActivityQuota],
  extensions: [contactOfAccounts],
  operations: [teamWork, neglect, neglected, reassignWork],
  jobs: [reassignPlanned],
  reactions: [noteContact],
  projections: [quietRecords],
  rollups: [activityTotals, quietTotals(accounts)],
  contributes: {
    [watchedRecords]: [accounts],
    [alertSourcesPoint]: workAlerts,
    [notificationKinds]: [handedOver],
    'role-grants': [
      {
        roles: ['seller', 'support'],
        withholds: ['activity.supervise'],
        entities: { ActivityQuota: { create: 'none', read: 'own', update: 'none', archive: 'none' } },
      },
    ],
  },
});
