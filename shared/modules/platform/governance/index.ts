import { module } from '#kernel';
import { auditTrail } from '#kernel/timeline';
import { auditedEntities } from './audit.rules.ts';
import { auditLog } from './audit-log.operations.ts';
import { changeSetting } from './change-setting.operations.ts';
import { settingDeviations } from './deviations.operations.ts';
import { createSettingPolicy, listSettingKinds, updateSettingPolicy } from './policy.operations.ts';
import { decideProposal } from './proposal.reactions.ts';
import { settingQuery } from './setting.operations.ts';
import { SettingProposal } from './setting-proposal.entity.ts';
import { restoreSetting, settingVersions } from './setting-versions.operations.ts';

/** Governance: what the tenant fixes and what it leaves open, how settings change, who deviates; who took what, and may what. */
export const governance = module('platform/governance', {
  entities: [SettingProposal],
  operations: [
    createSettingPolicy,
    updateSettingPolicy,
    listSettingKinds,
    settingQuery,
    changeSetting,
    settingVersions,
    restoreSetting,
    settingDeviations,
    auditLog,
  ],
  reactions: [decideProposal],
  contributes: {
    [auditTrail]: auditedEntities,
    'role-grants': [
      {
        roles: ['seller', 'support', 'manager'],
        entities: { SettingProposal: { create: 'own', read: 'own', update: 'own', archive: 'none' } },
      },
    ],
  },
});
