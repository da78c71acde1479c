import { integer, mutation, optional } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { changeTenant, tenantInput, tenantState } from '#modules/platform/tenants';

export const limitTenant = mutation('limitTenant', {
  describes:
    'Says how many points the people and programs of a tenant may spend on the API in a minute. Works within a minute. For the operator.',
  needs: 'tenant.limit',
  input: {
    tenant: tenantInput,
    pointsPerMinute: optional(
      integer({ min: 1, describes: '1 point a request, 1 a read unit, 5 a write unit; 2,000,000 when not said.' }),
    ),
  },
  returns: tenantState,
  run: ({ tenant, pointsPerMinute = null }, context) =>
    changeTenant(context, tenant, 'limitTenant', (row, { trusted }) =>
      trusted(Tenant).update(row, { pointsPerMinute }, { event: 'tenant.limited' }),
    ),
});
