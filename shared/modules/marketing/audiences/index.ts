import { module } from '#kernel';
import type { RoleGrant } from '#modules/platform/roles';
import { AdAudience } from './ad-audience.entity.ts';
import { createAdAudience, setAudienceCredential, updateAdAudience } from './audience.operations.ts';
import {
  audienceDue,
  followAddresses,
  followAudiences,
  followConsents,
  followErasures,
  followForms,
  memberDue,
} from './audience.reactions.ts';
import { AudienceMember } from './audience-member.entity.ts';
import { settleAudience } from './settle.jobs.ts';
import { syncAudience } from './sync.jobs.ts';

export { AdAudience } from './ad-audience.entity.ts';
export { AudienceMember } from './audience-member.entity.ts';

/** Audiences cost money and carry people outside: they are for those who answer for that. */
const grants: readonly RoleGrant[] = [
  {
    roles: ['seller', 'support'],
    entities: { AdAudience: { create: 'none', read: 'none', update: 'none', archive: 'none' } },
  },
];

/** Audiences on advertising platforms: who agreed is added by hash, who takes that back is removed. */
export const audiences = module('marketing/audiences', {
  entities: [AdAudience, AudienceMember],
  operations: [createAdAudience, updateAdAudience, setAudienceCredential],
  jobs: [syncAudience, settleAudience],
  reactions: [followAudiences, followConsents, followForms, followAddresses, followErasures],
  timers: [audienceDue, memberDue],
  contributes: { 'role-grants': grants },
});
