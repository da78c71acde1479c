import { DomainError, type Actor, type Runtime } from '#kernel';
import { readKey } from '#modules/platform/keys';
import { customFieldsOf, isReadOnly, personOf, tenantOf, type Person } from './actor.operations.ts';
import { rememberFor } from '#kernel/remember';
import { actorOfKey } from './key-actor.operations.ts';
import { noteArrival, noteUse } from './last-seen.operations.ts';
import { clientIn, noteSignIn } from './note-sign-in.operations.ts';
import { membershipsOf, type Membership } from './membership.operations.ts';

/** Headers of a request, their names in lower case. */
type Headers = Readonly<Record<string, string | undefined>>;

const unauthenticated = (message: string): DomainError => new DomainError('UNAUTHENTICATED', message);

/**
 * Who sent the request: `Authorization: Bearer <access token of a trusted issuer>` or `Bearer lazo_...`. Undefined when it
 * names nobody. What is read is at most a minute old and counted apart from the request. @throws UNAUTHENTICATED
 */
export const authenticate = async (runtime: Runtime, headers: Headers): Promise<Actor | undefined> => {
  try {
    return await recognise(runtime, headers);
  } catch (error) {
    if (error instanceof DomainError) tellRefusal(runtime, error);
    throw error;
  }
};

/** Refused tries are seen in the logs and in a metric; whom a bad token claims to be proves nothing. */
const tellRefusal = ({ log }: Runtime, { code, message }: DomainError): void => {
  log.count('SignInsRefused');
  log.warn('Somebody was not let in.', { code, reason: message });
};

const recognise = async (runtime: Runtime, headers: Headers): Promise<Actor | undefined> => {
  const header = headers['authorization'];
  if (header === undefined) return undefined;
  const [scheme = '', token = '', ...more] = header.trim().split(/\s+/);
  if (scheme.toLowerCase() !== 'bearer' || token === '' || more.length > 0) {
    throw unauthenticated('Send `Authorization: Bearer <access token or API key>`.');
  }
  return token.startsWith('lazo_') ? byKey(runtime, token, headers) : byToken(runtime, token, headers);
};

const byToken = async (runtime: Runtime, token: string, headers: Headers): Promise<Actor> => {
  const { issuer, subject, session } = await runtime.ports.tokens.verify(token, runtime.clock.now());
  const { tenant, user } = chosen(await membershipsFor(runtime, issuer, subject), headers['x-lazo-tenant']);
  const person = await activePerson(runtime, tenant, user);
  await noteArrival(runtime, tenant, person.user);
  await noteUse(runtime, tenant, user, 'lastSeenAt', person.user.lastSeenAt);
  await noteSignIn(runtime, tenant, { user, session, client: clientIn(headers) });
  return inTenant(runtime, person.actor);
};

/** Who belongs to nobody is asked about again: the invitation may have come a second later. */
const membershipsFor = (runtime: Runtime, issuer: string, subject: string): Promise<readonly Membership[]> =>
  rememberFor(
    runtime,
    `member ${issuer} ${subject}`,
    () => membershipsOf(runtime.ports, issuer, subject),
    (memberships) => memberships.length > 0,
  );

const chosen = (memberships: readonly Membership[], wanted: string | undefined): Membership => {
  const [first] = memberships;
  if (!first) throw unauthenticated('You are signed in, but belong to no tenant.');
  if (wanted === undefined && memberships.length > 1) {
    const names = memberships.map(({ tenant }) => tenant).join(', ');
    throw unauthenticated(`You belong to several tenants; name one in the header x-lazo-tenant: ${names}.`);
  }
  const found = wanted === undefined ? first : memberships.find(({ tenant }) => tenant === wanted);
  if (!found) throw unauthenticated('You do not belong to the tenant that x-lazo-tenant names.');
  return found;
};

const activePerson = async (runtime: Runtime, tenant: string, user: string): Promise<Person> => {
  const person = await personOf(runtime, tenant, user);
  if (!person || person.user.status === 'DEACTIVATED') throw unauthenticated('This person may no longer sign in.');
  return person;
};

const byKey = async (runtime: Runtime, text: string, headers: Headers): Promise<Actor> => {
  const parts = readKey(text);
  if (!parts) throw unauthenticated('This is not an API key.');
  const actor = await actorOfKey(runtime, parts, (user) => activePerson(runtime, parts.tenant, user));
  if (actor.userId !== undefined)
    await noteSignIn(runtime, parts.tenant, { user: actor.userId, key: parts.key, client: clientIn(headers) });
  return inTenant(runtime, actor);
};

/** What the tenant's own state makes of its actors. */
const inTenant = async (runtime: Runtime, actor: Actor): Promise<Actor> => {
  const [known, customFields] = await Promise.all([
    tenantOf(runtime, actor.tenant),
    customFieldsOf(runtime, actor.tenant),
  ]);
  if (known?.row.status === 'SUSPENDED') throw unauthenticated('This tenant is suspended.');
  const isOver = known !== undefined && isReadOnly(known, runtime.clock.now());
  if (!isOver && !customFields) return actor;
  return { ...actor, ...(isOver && { readOnlyTenant: true }), ...(customFields && { customFields }) };
};

/** The web pages that the actor's tenant lets call the API. */
export const webOrigins = async (runtime: Runtime, { tenant }: Actor): Promise<readonly string[]> =>
  (await tenantOf(runtime, tenant))?.row.corsOrigins ?? [];
