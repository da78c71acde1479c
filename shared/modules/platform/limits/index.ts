import { module } from '#kernel';
import { limitTenant } from './limit-tenant.operations.ts';

export { admit, RateLimited, type Admission } from './admission.operations.ts';
export { minuteOf } from './points.rules.ts';
export { takeShare, type Share } from './shares.operations.ts';

/** Limits of what tenants, people and programs ask of the API, by what it costs. */
export const apiLimits = module('platform/limits', { operations: [limitTenant] });
