// A tenant with a row, for tests of what knows its tenant: settings, people, keys, sign-in.
import { json, module, mutation, type AnyRow, type Module } from '#kernel';
import { customFields } from '#modules/platform/custom-fields';
import { files } from '#modules/platform/files';
import { identity } from '#modules/platform/identity';
import { jobs } from '#modules/platform/jobs';
import { keys } from '#modules/platform/keys';
import { organisation } from '#modules/platform/organisation';
import { roles } from '#modules/platform/roles';
import { settings, Tenant } from '#modules/platform/settings';
import { teams } from '#modules/platform/teams';
import { tenants } from '#modules/platform/tenants';
import { users } from '#modules/platform/users';
import type { Domain } from './domain.ts';

const storeTenant = mutation('storeTenant', {
  describes: 'Stores the tenant of the actor, for tests.',
  needs: 'tenant.test',
  input: { values: json({ describes: 'Its values.' }) },
  returns: Tenant,
  run: ({ values }, { trusted, actor }) => {
    const usual = {
      name: 'Acme',
      country: 'EC',
      currency: 'USD',
      locale: 'es',
      timeZone: 'America/Guayaquil',
      status: 'ACTIVE',
    } as const;
    return Promise.resolve(trusted(Tenant).create({ ...usual, ...(values as object) }, { id: actor.tenant }));
  },
});

/** A module that stores a tenant. */
export const storingTenant = module('platform/tenant-for-tests', { operations: [storeTenant] });

/** The modules that speak of tenants and people, and one that stores a tenant. */
export const tenantModules: readonly Module[] = [
  settings,
  organisation,
  roles,
  users,
  teams,
  files,
  jobs,
  keys,
  customFields,
  identity,
  tenants,
  storingTenant,
];

/** The id of a tenant, made of the name that a test has: `t12` -> `ten_...012`. */
export const tenantIdOf = (name: string): string => `ten_${name.replaceAll(/\D/g, '').padStart(26, '0')}`;

/** Stores the row of a domain's tenant. */
export const storeTenantOf = (domain: Domain, values: Readonly<Record<string, unknown>> = {}): Promise<AnyRow> =>
  domain.run<AnyRow>('storeTenant', { values });
