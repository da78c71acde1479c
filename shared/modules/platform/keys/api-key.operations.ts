import { randomBytes } from 'node:crypto';
import {
  creation,
  DomainError,
  mutation,
  optional,
  problemsError,
  record,
  ref,
  text,
  versionInput,
  type AccessRules,
  type Context,
  type DraftOf,
} from '#kernel';
import { assertGrantable, grantableRules, intersection, keyPermissionProblems, only } from '#modules/platform/roles';
import { operatorTenant, Tenant } from '#modules/platform/settings';
import { ApiKey, type ApiKeyRow } from './api-key.entity.ts';
import { hashSecret, writeKey } from './key-secret.rules.ts';

/** Where the hash of a key's secret lies: beside the row, so that it is in no event and in no list. */
export const secretKey = (tenant: string, key: string) => ({ pk: `${tenant}#${key}`, sk: 'secret' });

/** What a key is made of; with a secret of its own only where the deployment must know it again. */
export type Issuing = Omit<DraftOf<typeof ApiKey>, 'shows'> & { readonly id?: string; readonly secret?: string };

/** Makes a key and answers its text, which is stored nowhere. The hash follows the row: without it the row opens nothing. */
export const issueKey = (
  { trusted, ports, actor, afterCommit }: Context,
  { id, secret = randomBytes(32).toString('base64url'), ...values }: Issuing,
): { readonly apiKey: ApiKeyRow; readonly key: string } => {
  const apiKey = trusted(ApiKey).create({ ...values, shows: secret.slice(-4) }, id === undefined ? {} : { id });
  const item = { ...secretKey(actor.tenant, apiKey.id), hash: hashSecret(secret) };
  afterCommit(() => ports.table.write({ kind: 'put', item }));
  return { apiKey, key: writeKey({ tenant: actor.tenant, key: apiKey.id, secret }) };
};

/** A key that makes keys would outlive its own end; the operator has nothing but keys. */
const assertMayMakeKeys = ({ actor }: Context): void => {
  if (actor.kind === 'user' || actor.tenant === operatorTenant) return;
  throw new DomainError('KEY_NEEDS_PERSON', 'Only a person who is signed in makes keys.');
};

/** @throws LIMIT_REACHED when a trial has as many keys as it may */
const assertRoom = async ({ trusted, actor }: Context): Promise<void> => {
  const most = (await trusted(Tenant).find(actor.tenant))?.limits?.apiKeys;
  if (most === undefined || most >= 100) return;
  const { rows } = await trusted(ApiKey).page('byStatus', { of: 'ACTIVE', first: 100 });
  if (rows.length >= most) throw new DomainError('LIMIT_REACHED', `This tenant may have ${String(most)} API keys.`);
};

/** What the key may do, checked against what its maker may. */
const rulesFor = async (
  context: Context,
  roles: readonly string[],
  permissions: readonly string[] | undefined,
): Promise<AccessRules> => {
  const { actor, registry } = context;
  const held =
    roles.length === 0 ? actor.rules : intersection(registry, actor.rules, await grantableRules(context, roles));
  if (permissions === undefined) return held;
  const problems = keyPermissionProblems(registry, permissions, ['permissions']);
  if (problems.length > 0) throw problemsError(problems);
  return only(registry, held, permissions);
};

export const createApiKey = creation(ApiKey, 'createApiKey', {
  describes:
    'Makes an API key that acts in one’s own name, with at most one’s own rights at any time. Its text is shown this once.',
  needs: 'apiKey.create',
  input: {},
  returns: {
    apiKey: record(ApiKey, 'The key’s record.'),
    key: optional(
      text({
        sensitive: true,
        max: 120,
        describes:
          'What programs send: `Authorization: Bearer <this>`. Null when the call is repeated with the same idempotency key.',
      }),
    ),
  },
  fails: ['UNKNOWN_ROLE', 'UNKNOWN_PERMISSION', 'KEY_NEEDS_PERSON', 'LIMIT_REACHED', 'ALREADY_OVER'],
  async run({ values }, context) {
    const { actor, clock } = context;
    assertMayMakeKeys(context);
    if (values.validUntil !== undefined && values.validUntil <= clock.instant())
      throw new DomainError('ALREADY_OVER', 'The key would end before it begins.', ['validUntil']);
    assertGrantable(context, await rulesFor(context, values.roles ?? [], values.permissions));
    await assertRoom(context);
    return issueKey(context, { ...values, ...(actor.userId !== undefined && { user: actor.userId }) });
  },
});

export const revokeApiKey = mutation('revokeApiKey', {
  describes: 'Takes a key back. It works for at most another minute.',
  needs: 'apiKey.revoke',
  input: {
    id: ref('ApiKey', { describes: 'Which key.' }),
    version: optional(versionInput),
  },
  returns: ApiKey,
  run: async ({ id }, { data, trusted, clock }) =>
    trusted(ApiKey).move(await data(ApiKey).get(id), 'REVOKED', { revokedAt: clock.instant() }),
});
