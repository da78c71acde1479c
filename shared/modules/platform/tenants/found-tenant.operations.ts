import { fullAccess, systemActor, type Actor, type Context, type DraftOf, type Runtime } from '#kernel';
import { workAs } from '#kernel/work';
import { admit, type Newcomer } from '#modules/platform/identity';
import { Tenant } from '#modules/platform/settings';
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
 * Makes a tenant with its first owner and the defaults of all modules, and answers the owner as an actor. Run again with
 * the same id it does what is still missing, so that a crash in the middle leaves nothing half done.
 */
export const foundTenant = async (runtime: Runtime, { id, values, owner }: Founding): Promise<Actor> => {
  const { locale, timeZone, country, currency } = values;
  const founder = { ...systemActor(id, 'founding'), locale, timeZone, country, currency };
  const user = await workAs(runtime, founder, 'foundTenant', async (context) => {
    if (await context.trusted(Tenant).find(id)) return addPerson(context, { ...owner, roles: ['owner'] });
    context.trusted(Tenant).create(values, { id });
    const person = await addPerson(context, { ...owner, roles: ['owner'] });
    for (const defaults of runtime.registry.contributions(tenantDefaults) as readonly TenantDefaults[])
      await defaults.run(context);
    return person;
  });
  await listTenant(runtime.ports, id);
  return { ...founder, kind: 'user', id: user.id, userId: user.id, rules: fullAccess };
};

/** Lets a person in; the one with this address, where there is one. */
export const addPerson = async (context: Context, person: Newcomer): Promise<UserRow> =>
  (await context.trusted(User).findUnique('email', person.email)) ?? admit(context, person);
