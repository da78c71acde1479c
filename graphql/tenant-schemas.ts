// The API as each tenant may ask for it: the same fields, and the tenant's own with types of their own.
import type { CustomFields, Registry } from '#kernel';
import { registryWith } from '#kernel';
import { buildSchema } from './compile/schema.ts';
import type { GraphQLSchema } from 'graphql';

/** Most tenants whose schema a container keeps; a schema is some megabytes. */
const mostKept = 20;

/** What was made of a tenant's definitions, at most once while they stay as they are. */
export const perDefinitions = <Made>(make: (defined: CustomFields) => Made): ((defined: CustomFields) => Made) => {
  const kept = new Map<string, Made>();
  return (defined) => {
    const made = kept.get(defined.version) ?? make(defined);
    kept.delete(defined.version);
    kept.set(defined.version, made);
    for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest);
    return made;
  };
};

/** The schema of a tenant with these definitions. */
export const tenantSchema = (registry: Registry, defined: CustomFields): GraphQLSchema =>
  buildSchema(registryWith(registry, defined), { assumeValid: true, typed: true });
