import type { Actor, Context, DraftOf, Row, Runtime } from '#kernel';
import { systemActor } from '#kernel';
import { workAs } from '#kernel/work';
import { Tenant } from '#modules/platform/settings';
import { addMembership, User } from '#modules/platform/users';
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
    const user = await addPerson(context, { ...owner, roles: ['owner'] });
    context.trusted(Tenant).create({ ...values, owners: [user.id] }, { id });
    for (const defaults of runtime.registry.contributions(tenantDefaults) as readonly TenantDefaults[])
      await defaults.run(context);
  });
  await listTenant(runtime.ports, id);
  return founder;
};

/** A person with an account at the sign-in service; the one with this address, where there is one. */
export const addPerson = async (
  { trusted, ports, actor }: Context,
  person: {
    readonly name: string;
    readonly email: string;
    readonly password?: string;
    readonly roles: readonly string[];
    readonly teams?: readonly string[];
  },
): Promise<Row<typeof User>> => {
  const known = await trusted(User).findUnique('email', person.email);
  if (known) return known;
  const { password, email, name, roles, teams = [] } = person;
  const identity = await ports.identities.invite({ email, name, ...(password !== undefined && { password }) });
  const user = trusted(User).create({ name, email, roles, teams, status: 'ACTIVE' });
  await addMembership(ports, identity, { tenant: actor.tenant, user: user.id });
  return user;
};
