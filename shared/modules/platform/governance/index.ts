import { module } from '#kernel';
import { changeSetting } from './change-setting.operations.ts';
import { settingDeviations } from './deviations.operations.ts';
import { createSettingPolicy, listSettingKinds, updateSettingPolicy } from './policy.operations.ts';
import { decideProposal } from './proposal.reactions.ts';
import { settingQuery } from './setting.operations.ts';
import { SettingProposal } from './setting-proposal.entity.ts';
import { restoreSetting, settingVersions } from './setting-versions.operations.ts';

/** Governance: what the tenant fixes and what it leaves open, how settings change, who deviates from the standard. */
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
  ],
  reactions: [decideProposal],
  contributes: {
    'role-grants': [
      {
        roles: ['seller', 'support', 'manager'],
        entities: { SettingProposal: { create: 'own', read: 'own', update: 'own', archive: 'none' } },
      },
    ],
  },
});
