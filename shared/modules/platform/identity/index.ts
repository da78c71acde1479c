import { module } from '#kernel';
import { explainAccess } from './explain-access.operations.ts';
import { inviteUser } from './invite.operations.ts';
import { me } from './me.operations.ts';
import { identityTemplates } from './mail-templates.rules.ts';
import { keepMemberships } from './membership.reactions.ts';

/** Who calls, what they may do, and why; who is let in. */
export const identity = module('platform/identity', {
  operations: [me, explainAccess, inviteUser],
  reactions: [keepMemberships],
  contributes: { 'mail-templates': identityTemplates },
});
export { actorFor, customFieldsOf, isPaused } from './actor.operations.ts';
export { authenticate, webOrigins } from './authenticate.operations.ts';
export { admit, type Newcomer } from './invite.operations.ts';
export { keepMembership } from './membership.operations.ts';
export { assertOperator, operatorKey } from './operator.operations.ts';
