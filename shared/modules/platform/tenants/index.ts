import { module } from '#kernel';

export { seedDemo, type Demo } from './demo.operations.ts';
export { addPerson, foundTenant, tenantDefaults, type TenantDefaults } from './found-tenant.operations.ts';

/** Tenants: how they come into being. */
export const tenants = module('platform/tenants', {});
