import { module } from '#kernel';
import { notificationKinds } from '#modules/platform/notifications';
import { limitTenant } from './limit-tenant.operations.ts';
import { usage } from './usage.operations.ts';
import { limitNotice, warnOfLimits } from './warning.reactions.ts';

export { admit, RateLimited, type Admission } from './admission.operations.ts';
export { minuteOf } from './points.rules.ts';
export { takeShare, takeShareFor, type Share } from './shares.operations.ts';

/** Limits of what tenants, people and programs ask of the API, by what it costs, and of what goes out in a day. */
export const apiLimits = module('platform/limits', {
  operations: [limitTenant, usage],
  reactions: [warnOfLimits],
  contributes: { [notificationKinds]: [limitNotice] },
});
