import type { Actor, Context, DraftOf, Runtime } from '#kernel';
import { systemActor } from '#kernel';
import { workAs } from '#kernel/work';
import { Tenant } from '#modules/platform/settings';
import { admit, type Newcomer } from '#modules/platform/identity';
import { User, type UserRow } from '#modules/platform/users';
import { listTenant } from './tenant-directory.operations.ts';

/** What a module gives each new tenant: pipelines, types of activity. Contributed to `tenantDefaults`. */
export type TenantDefaults = { readonly name: string; run(context: Context): Promise<void> };
/** The extension point for them. */
export const tenantDefaults = 'tenant.defaults';

/** What a new tenant is made of. */
export type Founding = {
  readonly id: string;
  readonly values: DraftOf<typeof Tenant>;
  readonly owner: { readonly name: string; readonly email: string; readonly password?: string };
};

/**
 * Makes a tenant with its first owner and the defaults of all modules. Run again with the same id it does what is
 * still missing, so that a crash in the middle leaves nothing half done.
 */
export const foundTenant = async (runtime: Runtime, { id, values, owner }: Founding): Promise<Actor> => {
  const founder = {
    ...systemActor(id, 'founding'),
    locale: values.locale,
    timeZone: values.timeZone,
    country: values.country,
    currency: values.currency,
  };
  await workAs(runtime, founder, 'foundTenant', async (context) => {
    if (await context.trusted(Tenant).find(id)) return;
    context.trusted(Tenant).create(values, { id });
    await addPerson(context, { ...owner, roles: ['owner'] });
    for (const defaults of runtime.registry.contributions(tenantDefaults) as readonly TenantDefaults[])
      await defaults.run(context);
  });
  await listTenant(runtime.ports, id);
  return founder;
};

/** Lets a person in; the one with this address, where there is one. */
export const addPerson = async (context: Context, person: Newcomer): Promise<UserRow> =>
  (await context.trusted(User).findUnique('email', person.email)) ?? admit(context, person);
