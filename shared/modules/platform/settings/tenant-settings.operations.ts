import { change, recordInput, type AnyField, type FieldMap, type Registry } from '#kernel';
import { assertNoApproval } from './own-values.operations.ts';
import type { SettingKind } from './setting-kinds.rules.ts';
import { Tenant } from './tenant.entity.ts';

/** The kind of the tenant's own values: each of its fields is a setting. */
export const tenantKind = 'TENANT';

/** What may differ between teams and people without making two companies of one: how mails look, when people work. */
const personal: readonly string[] = ['mailSenderName', 'colours', 'calendar'];

const settled = (registry: Registry): FieldMap =>
  Object.fromEntries(
    Object.entries<AnyField>(registry.entity(Tenant.name).fields).filter(
      ([, field]) => !field.presence.startsWith('derived'),
    ),
  );

const one = (registry: Registry, key: string): FieldMap => {
  const field = settled(registry)[key];
  return field ? { [key]: field } : {};
};

/** The tenant's own values as settings: `TENANT/mailSenderName`. */
export const tenantSettings: SettingKind = {
  name: tenantKind,
  describes:
    'A value of the tenant itself; the key is its field. Teams and users may have own mail senders, colours and calendars.',
  needs: 'tenant.update',
  keys: ({ registry }) => Promise.resolve(Object.keys(settled(registry))),
  fields: one,
  ownFields: (registry, key) => (personal.includes(key) ? one(registry, key) : undefined),
  rows: async ({ trusted, actor }) => [await trusted(Tenant).get(actor.tenant)],
  standard: ([tenant], key, registry) => (tenant && key in settled(registry) ? valueIn(tenant, key) : undefined),
  write: async ({ trusted, actor }, key, values) => {
    trusted(Tenant).update(await trusted(Tenant).get(actor.tenant), { [key]: values[key] ?? null });
  },
};

const valueIn = (tenant: Readonly<Record<string, unknown>>, key: string) =>
  tenant[key] === undefined ? {} : { [key]: tenant[key] };

export const updateTenant = change(Tenant, 'updateTenant', {
  describes: 'Changes a Tenant: absent fields stay, null clears.',
  needs: 'tenant.update',
  input: recordInput('Tenant'),
  returns: Tenant,
  fails: ['APPROVAL_NEEDED'],
  run: async ({ id, changes }, context) => {
    for (const key of Object.keys(changes)) await assertNoApproval(context, tenantKind, key);
    return context.data(Tenant).update(await context.data(Tenant).get(id), changes);
  },
});
