import { integer, mutation, optional } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { changeTenant, tenantInput, tenantState } from '#modules/platform/tenants';

export const limitTenant = mutation('limitTenant', {
  describes:
    'Says how many points the people and programs of a tenant may spend on the API in a minute, and how many mails and messages may go out in a day; what is not said is the usual. Works within a minute. For the operator.',
  needs: 'tenant.limit',
  input: {
    tenant: tenantInput,
    pointsPerMinute: optional(
      integer({ min: 1, describes: '1 point a request, 1 a read unit, 5 a write unit; 2,000,000 when not said.' }),
    ),
    mailsPerDay: optional(
      integer({ min: 1, describes: 'Mails of each kind in a day, more wait for the next; no limit when not said.' }),
    ),
    messagesPerDay: optional(
      integer({ min: 1, describes: 'Messages of each channel in a day, likewise; no limit when not said.' }),
    ),
  },
  returns: tenantState,
  run: ({ tenant, pointsPerMinute = null, mailsPerDay = null, messagesPerDay = null }, context) =>
    changeTenant(context, tenant, 'limitTenant', (row, { trusted }) =>
      trusted(Tenant).update(row, { pointsPerMinute, mailsPerDay, messagesPerDay }, { event: 'tenant.limited' }),
    ),
});
