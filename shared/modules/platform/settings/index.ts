import { module } from '#kernel';
import { Tenant } from './tenant.entity.ts';

/** The tenant and what it has settled. */
export const settings = module('platform/settings', { entities: [Tenant] });
export { Tenant, type TenantRow } from './tenant.entity.ts';
