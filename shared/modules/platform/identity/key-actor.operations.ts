import { DomainError, type AccessRules, type Actor, type Runtime } from '#kernel';
import { ApiKey, isSecret, secretKey, type ApiKeyRow, type KeyParts } from '#modules/platform/keys';
import { intersection, only, rolesOf, rulesOfKeys } from '#modules/platform/roles';
import { operatorTenant } from '#modules/platform/settings';
import { readerOf, type Person } from './actor.operations.ts';
import { rememberFor } from '#kernel/remember';
import { noteUse } from './last-seen.operations.ts';
import { firstOperator, furtherOperator } from './operator.operations.ts';

/** A key as it was read: its row, the hash of its secret, and what its roles grant where it names any. */
type KnownKey = { readonly row: ApiKeyRow; readonly hash: string; readonly rules: AccessRules | undefined };

const refuse = (message: string): never => {
  throw new DomainError('UNAUTHENTICATED', message);
};

/** Whoever a key acts for. Nothing is told of a key to who does not know its secret. @throws UNAUTHENTICATED */
export const actorOfKey = async (
  runtime: Runtime,
  parts: KeyParts,
  person: (user: string) => Promise<Person>,
): Promise<Actor> => {
  const operator = await firstOperator(runtime, parts);
  if (operator) return operator;
  const known = await keyOf(runtime, parts);
  if (!known || !isSecret(parts.secret, known.hash)) return refuse('This API key is not valid.');
  const { row } = known;
  if (row.status !== 'ACTIVE') return refuse('This API key was revoked.');
  if (row.validUntil !== undefined && row.validUntil <= runtime.clock.now().toISOString())
    return refuse('This API key has expired.');
  await noteUse(runtime, parts.tenant, row.id, 'lastUsedAt', row.lastUsedAt);
  if (parts.tenant === operatorTenant) return furtherOperator(runtime, row);
  if (row.user === undefined) return refuse('This API key acts for nobody.');
  return narrowed(runtime, (await person(row.user)).actor, known);
};

/** Whoever a key that is in force acts for, without its secret: for work that was published with it. */
export const holderOfKey = async (
  runtime: Runtime,
  parts: Pick<KeyParts, 'tenant' | 'key'>,
  person: (user: string) => Promise<Person | undefined>,
): Promise<Actor | undefined> => {
  const known = await keyOf(runtime, parts);
  if (known?.row.status !== 'ACTIVE' || known.row.user === undefined) return undefined;
  if (known.row.validUntil !== undefined && known.row.validUntil <= runtime.clock.now().toISOString()) return undefined;
  const holder = await person(known.row.user);
  return holder && narrowed(runtime, holder.actor, known);
};

/** A key as it was read at most a minute ago. */
export const keyOf = (
  runtime: Runtime,
  { tenant, key }: Pick<KeyParts, 'tenant' | 'key'>,
): Promise<KnownKey | undefined> =>
  rememberFor(
    runtime,
    `key ${tenant} ${key}`,
    async () => {
      const reader = readerOf(runtime, tenant);
      const [row, secret] = await Promise.all([
        reader.trusted(ApiKey).find(key),
        runtime.ports.table.get(secretKey(tenant, key), { consistent: true }),
      ]);
      if (!row || !secret) return undefined;
      return {
        row,
        hash: String(secret['hash']),
        rules: row.roles.length === 0 ? undefined : rulesOfKeys(await rolesOf(reader), row.roles),
      };
    },
    (known) => known !== undefined,
  );

const made = new WeakMap<Actor, WeakMap<KnownKey, Actor>>();

/** The key's person, cut down to the key's roles and permissions; worked out once for both as they were read. */
const narrowed = (runtime: Runtime, person: Actor, key: KnownKey): Actor => {
  const ofPerson = made.get(person) ?? new WeakMap<KnownKey, Actor>();
  made.set(person, ofPerson);
  const actor = ofPerson.get(key) ?? narrow(runtime, person, key);
  ofPerson.set(key, actor);
  return actor;
};

const narrow = ({ registry }: Runtime, person: Actor, { row, rules }: KnownKey): Actor => {
  const held = rules ? intersection(registry, person.rules, rules) : person.rules;
  return {
    ...person,
    kind: 'key',
    id: row.id,
    rules: row.permissions === undefined ? held : only(registry, held, row.permissions),
  };
};
