import { module } from '#kernel';
import type { RoleGrant } from '#modules/platform/roles';
import { explainAccess } from './explain-access.operations.ts';
import { inviteUser } from './invite.operations.ts';
import { me } from './me.operations.ts';
import { identityTemplates } from './mail-templates.rules.ts';
import { keepMemberships } from './membership.reactions.ts';
import { SignIn } from './sign-in.entity.ts';

/** People see when they came in themselves. */
const grants: readonly RoleGrant[] = [
  { roles: ['manager', 'seller', 'support'], entities: { SignIn: { read: 'own' } } },
];

/** Who calls, what they may do, and why; who is let in. */
export const identity = module('platform/identity', {
  entities: [SignIn],
  operations: [me, explainAccess, inviteUser],
  reactions: [keepMemberships],
  contributes: { 'mail-templates': identityTemplates, 'role-grants': grants },
});
export { actingFor } from './acting-for.operations.ts';
export { actorFor, customFieldsOf, isPaused, personOf, type Person } from './actor.operations.ts';
export { readersAmong } from './readers.operations.ts';
export { authenticate, webOrigins } from './authenticate.operations.ts';
export { admit, type Newcomer } from './invite.operations.ts';
export { keepMembership } from './membership.operations.ts';
export { pointLimits } from './point-limits.operations.ts';
export { assertOperator, operatorKey } from './operator.operations.ts';
