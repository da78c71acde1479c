import { DomainError, systemActor, type AccessRules, type Actor, type Ports, type Runtime } from '#kernel';
import { derivedSecret, hashSecret, isSecret, writeKey, type ApiKeyRow, type KeyParts } from '#modules/platform/keys';
import { noAccess, only } from '#modules/platform/roles';
import { operatorTenant } from '#modules/platform/settings';

/** The operator's first key. It is in no table: who may read the deployment's secrets can make it (`operatorKey`). */
const firstKey = 'key_00000000000000000000000000';

const all = { create: 'all', read: 'all', update: 'all', archive: 'all' } as const;

/** What operators may do: with tenants as a whole, never with what is in them. */
export const operatorRules: AccessRules = {
  ...noAccess,
  entities: { ApiKey: all, Job: all, File: { create: 'all', read: 'all' } },
  operations: [
    'tenant.createTrial',
    'tenant.convert',
    'tenant.suspend',
    'tenant.limit',
    'tenant.backup',
    'tenant.restore',
    'apiKey.revoke',
  ],
};

const operatorActor = (id: string, rules: AccessRules): Actor => ({
  ...systemActor(operatorTenant, 'operator'),
  kind: 'key',
  id,
  locale: 'en',
  timeZone: 'UTC',
  rules,
});

/** The text of the operator's first key; changes when the deployment's signing secret does. */
export const operatorKey = async ({ ports }: { readonly ports: Pick<Ports, 'secrets'> }): Promise<string> =>
  writeKey({
    tenant: operatorTenant,
    key: firstKey,
    secret: derivedSecret(await ports.secrets.get('signing'), 'operator'),
  });

/** The operator's first key as an actor; undefined when it is another key. @throws UNAUTHENTICATED for a wrong secret */
export const firstOperator = async (
  { ports }: Runtime,
  { tenant, key, secret }: KeyParts,
): Promise<Actor | undefined> => {
  if (tenant !== operatorTenant || key !== firstKey) return undefined;
  const expected = derivedSecret(await ports.secrets.get('signing'), 'operator');
  if (!isSecret(secret, hashSecret(expected))) throw new DomainError('UNAUTHENTICATED', 'This API key is not valid.');
  return operatorActor(firstKey, operatorRules);
};

/** A further key of the operator, such as that of the page where people sign up: cut down to its permissions. */
export const furtherOperator = ({ registry }: Pick<Runtime, 'registry'>, row: ApiKeyRow): Actor =>
  operatorActor(row.id, row.permissions === undefined ? operatorRules : only(registry, operatorRules, row.permissions));

/** @throws FORBIDDEN for everybody but the operator, whatever their own tenant lets them do */
export const assertOperator = ({ actor }: { readonly actor: Actor }): void => {
  if (actor.tenant !== operatorTenant)
    throw new DomainError('FORBIDDEN', 'Only the operator of this deployment may do this.');
};
