// A tenant that the operator founded, for tests of what is done with whole tenants: backups, restorations, erasures.
import { module, mutation, text, type Actor, type Module } from '#kernel';
import { operatorKey } from '#modules/platform/identity';
import { foundTenant } from '#modules/platform/tenants';
import { startDomain, type Domain } from './domain.ts';
import type { TestEngine, Tenanted } from './engine.ts';
import { actorOf, signInModules } from './sign-in.ts';
import { tenantIdOf } from './tenant.ts';

const takeNumber = mutation('takeNumber', {
  describes: 'Takes a number, for tests.',
  needs: 'number.take',
  input: {},
  returns: { number: text() },
  run: async (_input, { nextNumber }) => ({ number: String(await nextNumber('invoice')) }),
});
const usualModules = [...signInModules, module('sales/for-tests', { operations: [takeNumber] })];

/** Who acts in a domain with a founded tenant. */
export type Founded = { readonly domain: Domain; readonly operator: Actor; readonly olga: Actor };

/** Founds Acme, which Olga owns, anew in each test; offers and numbers are there unless other modules are given. */
export const openFounded = (tenanted: Tenanted<TestEngine>, modules: readonly Module[] = usualModules) => {
  let domain: Domain;
  const source = (): string => tenantIdOf(tenanted.tenant);
  const mail = (name: string): string => `${name}@${tenanted.tenant}.test`;
  const signIn = (token: string, headers?: Readonly<Record<string, string>>): Promise<Actor> =>
    actorOf(domain, token, headers);
  const found = async (): Promise<Founded> => {
    domain = startDomain({ modules, table: tenanted.table, tenant: 'nobody' });
    const operator = await signIn(await operatorKey(domain.runtime));
    await foundTenant(domain.runtime, {
      id: source(),
      values: { name: 'Acme', country: 'EC', currency: 'USD', locale: 'es', timeZone: 'America/Guayaquil' },
      owner: { name: 'Olga', email: mail('olga') },
    });
    return { domain, operator, olga: await signIn(mail('olga')) };
  };
  return { found, source, mail, signIn };
};
