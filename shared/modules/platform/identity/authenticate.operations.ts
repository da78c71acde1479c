import { DomainError, type Actor, type Runtime } from '#kernel';
import { ApiKey, isSecret, readKey, secretKey, type KeyParts } from '#modules/platform/keys';
import { only, rolesOf, rulesOfKeys, intersection } from '#modules/platform/roles';
import { readerOf, tenantOf, userActor } from './actor.operations.ts';
import { rememberFor } from './cache.operations.ts';
import { membershipsOf, type Membership } from '#modules/platform/users';

type Headers = Readonly<Record<string, string | undefined>>;

const unauthenticated = (message: string): DomainError => new DomainError('UNAUTHENTICATED', message);

/** Who sent the request: by `Authorization: Bearer <token of the sign-in service>` or `Bearer lazo_...`. Undefined when it names nobody. */
export const authenticate = async (runtime: Runtime, headers: Headers): Promise<Actor | undefined> => {
  const header = headers['authorization'];
  if (header === undefined) return undefined;
  const [scheme = '', token = ''] = header.trim().split(/\s+/);
  if (scheme.toLowerCase() !== 'bearer' || token === '')
    throw unauthenticated('Send `Authorization: Bearer <token or API key>`.');
  return token.startsWith('lazo_') ? byKey(runtime, token) : byToken(runtime, token, headers['x-lazo-tenant']);
};

const byToken = async (runtime: Runtime, token: string, wanted: string | undefined): Promise<Actor> => {
  const { issuer, subject } = await runtime.ports.tokens.verify(token, runtime.clock.now());
  const memberships = await rememberFor(runtime, `member ${issuer} ${subject}`, () =>
    membershipsOf(runtime.ports, issuer, subject),
  );
  const { tenant, user } = chosen(memberships, wanted);
  return allowed(runtime, tenant, await userActor(runtime, tenant, user));
};

const chosen = (memberships: readonly Membership[], wanted: string | undefined): Membership => {
  const [first] = memberships;
  if (!first) throw unauthenticated('You are signed in, but belong to no tenant.');
  if (wanted === undefined && memberships.length > 1) {
    throw unauthenticated(
      `You belong to several tenants; name one in the header x-lazo-tenant: ${memberships.map(({ tenant }) => tenant).join(', ')}.`,
    );
  }
  const found = wanted === undefined ? first : memberships.find(({ tenant }) => tenant === wanted);
  if (!found) throw unauthenticated('You do not belong to the tenant that x-lazo-tenant names.');
  return found;
};

const allowed = async (runtime: Runtime, tenant: string, actor: Actor | undefined): Promise<Actor> => {
  const row = await tenantOf(runtime, tenant);
  if (row?.status === 'SUSPENDED') throw unauthenticated('This tenant is suspended.');
  if (!actor) throw unauthenticated('This person may no longer sign in.');
  return actor;
};

const byKey = async (runtime: Runtime, text: string): Promise<Actor> => {
  const parts = readKey(text);
  if (!parts) throw unauthenticated('This is not an API key.');
  const { actor, hash } = await rememberFor(runtime, `key ${parts.tenant} ${parts.key}`, () =>
    readKeyActor(runtime, parts),
  );
  if (!isSecret(parts.secret, hash)) throw unauthenticated('This API key is not valid.');
  return actor;
};

const readKeyActor = async (
  runtime: Runtime,
  { tenant, key }: KeyParts,
): Promise<{ readonly actor: Actor; readonly hash: string }> => {
  const reader = readerOf(runtime, tenant);
  const [row, secret] = await Promise.all([
    reader.trusted(ApiKey).find(key),
    runtime.ports.table.get(secretKey(tenant, key), { consistent: true }),
  ]);
  const isOver = row?.validUntil !== undefined && new Date(row.validUntil) <= runtime.clock.now();
  if (!row || !secret || row.status !== 'ACTIVE' || isOver || row.user === undefined)
    throw unauthenticated('This API key is not valid.');
  const person = await allowed(runtime, tenant, await userActor(runtime, tenant, row.user));
  const roleRules =
    row.roles.length === 0
      ? person.rules
      : intersection(runtime.registry, person.rules, rulesOfKeys(await rolesOf(reader), row.roles));
  const rules = row.permissions === undefined ? roleRules : only(runtime.registry, roleRules, row.permissions);
  return { actor: { ...person, kind: 'key', id: key, rules }, hash: String(secret['hash']) };
};

/** The web pages that the actor's tenant lets call the API. */
export const webOrigins = async (runtime: Runtime, { tenant }: Actor): Promise<readonly string[]> =>
  (await tenantOf(runtime, tenant))?.corsOrigins ?? [];
