// People and keys that sign in to a domain on the embedded engine. The token of a person is the person's address.
import { DomainError, type Actor, type AnyRow, type Item } from '#kernel';
import { rowKey } from '#kernel/rows';
import { authenticate } from '#modules/platform/identity';
import { startDomain, type Domain } from './domain.ts';
import type { TestEngine, Tenanted } from './engine.ts';
import { exampleModules } from './example.ts';
import { storeTenantOf, tenantIdOf, tenantModules } from './tenant.ts';

/** When the clock of these tests starts. */
export const startOfSignIn = '2026-11-22T15:00:00.000Z';

const [, offers] = exampleModules;
/** The modules of tenants and people, with offers to have rights over. */
export const signInModules = [...tenantModules, ...(offers ? [offers] : [])];

/** What a test of sign-in works with. */
export type SignIn = {
  readonly domain: Domain;
  readonly tenant: string;
  mail(name: string): string;
  invite(name: string, roles?: readonly string[]): Promise<AnyRow>;
  /** The actor of a token or key. @throws DomainError */
  signIn(token: string, headers?: Readonly<Record<string, string>>): Promise<Actor>;
  /** Moves the clock ahead. */
  later(seconds: number): void;
  /** The stored row of a record. */
  stored(id: string): Promise<Item | undefined>;
};

/** Starts a domain with the row of its tenant. */
export const openSignIn = async ({ table, tenant: name }: Tenanted<TestEngine>, prefix = ''): Promise<SignIn> => {
  const tenant = tenantIdOf(`${prefix}${name}`);
  const domain = startDomain({ modules: signInModules, table, tenant, now: startOfSignIn });
  await storeTenantOf(domain);
  const mail = (person: string): string => `${person}@${name}.test`;
  return {
    domain,
    tenant,
    mail,
    invite: (person, roles = ['seller']) =>
      domain.run<AnyRow>('inviteUser', { name: person, email: mail(person), roles }),
    signIn: (token, headers) => actorOf(domain, token, headers),
    later: (seconds) => {
      domain.clock.advance(seconds * 1000);
    },
    stored: (id) => table.get(rowKey(tenant, id), { consistent: true }),
  };
};

/** The actor of a token or key. @throws DomainError */
export const actorOf = async (
  { runtime }: Domain,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Actor> => {
  const actor = await authenticate(runtime, { authorization: `Bearer ${token}`, ...headers });
  if (!actor) throw new Error('Nobody signed in.');
  return actor;
};

/** Why a sign-in is refused; `accepted` when it is not. */
export const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (error instanceof DomainError && error.code === 'UNAUTHENTICATED') return error.message;
    throw error;
  }
};
