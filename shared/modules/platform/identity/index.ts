import { module } from '#kernel';
import { explainAccess } from './explain-access.operations.ts';
import { me } from './me.operations.ts';

export { actorFor } from './actor.operations.ts';
export { authenticate, webOrigins } from './authenticate.operations.ts';

/** Who calls, what they may do, and why. */
export const identity = module('platform/identity', { operations: [me, explainAccess] });
