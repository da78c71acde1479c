import { module } from '#kernel';
import { Quota } from './quota.entity.ts';

/** Counts of what may be used only so often, taken in the write that uses it. */
export const quotas = module('platform/quotas', { entities: [Quota] });
export { giveBackQuota, useQuota } from './quota.operations.ts';
