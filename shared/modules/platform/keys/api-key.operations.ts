import { randomBytes } from 'node:crypto';
import { creation, DomainError, integer, mutation, optional, record, ref, text, type Context, type Row } from '#kernel';
import { assertGrantable, intersection, only, rolesOf, rulesOfKeys } from '#modules/platform/roles';
import { ApiKey } from './api-key.entity.ts';
import { hashSecret, writeKey } from './key-secret.rules.ts';

/** Where the hash of a key's secret lies: beside the row, so that it is in no event, list or backup of rows. */
export const secretKey = (tenant: string, key: string) => ({ pk: `${tenant}#${key}`, sk: 'secret' });

type Draft = Parameters<ReturnType<Context['trusted']>['create']>[0];

/** Makes a key that acts as a person, and answers its text, which is stored nowhere. */
export const issueKey = async (
  { trusted, ports, actor }: Context,
  values: Readonly<Record<string, unknown>>,
  user: string,
): Promise<{ readonly apiKey: Row<typeof ApiKey>; readonly key: string }> => {
  const secret = randomBytes(32).toString('base64url');
  const apiKey = trusted(ApiKey).create({ ...values, user, shows: secret.slice(-4) } as Draft as never);
  // The secret first: a hash without its key opens nothing.
  await ports.table.write({ kind: 'put', item: { ...secretKey(actor.tenant, apiKey.id), hash: hashSecret(secret) } });
  return { apiKey, key: writeKey({ tenant: actor.tenant, key: apiKey.id, secret }) };
};

export const createApiKey = creation(ApiKey, 'createApiKey', {
  describes:
    'Makes an API key that acts in one’s own name, with at most one’s own rights. Its text is shown this once.',
  needs: 'apiKey.create',
  input: {},
  returns: {
    apiKey: record(ApiKey, 'The key’s record.'),
    key: text({ describes: 'What programs send: `Authorization: Bearer <this>`.' }),
  },
  fails: ['ROLE_NOT_FOUND', 'KEY_NEEDS_PERSON'],
  run: async ({ values }, context) => {
    const { actor, registry } = context;
    if (actor.userId === undefined || actor.kind === 'key')
      throw new DomainError('KEY_NEEDS_PERSON', 'Only a person who is signed in makes keys.');
    const known = await rolesOf(context);
    const keys = values.roles ?? [];
    const unknown = keys.find((key) => !known.has(key));
    if (unknown !== undefined) throw new DomainError('ROLE_NOT_FOUND', `There is no role ${unknown}.`, ['roles']);
    const held = keys.length === 0 ? actor.rules : intersection(registry, actor.rules, rulesOfKeys(known, keys));
    assertGrantable(context, values.permissions === undefined ? held : only(registry, held, values.permissions));
    return issueKey(context, values, actor.userId);
  },
});

export const revokeApiKey = mutation('revokeApiKey', {
  describes: 'Takes a key back. It works for at most another minute.',
  needs: 'apiKey.revoke',
  input: {
    id: ref('ApiKey', { describes: 'Which key.' }),
    version: optional(integer({ min: 1, describes: 'The version that the change was made on.' })),
  },
  returns: ApiKey,
  run: async ({ id }, { data, trusted, clock }) =>
    trusted(ApiKey).move(await data(ApiKey).get(id), 'REVOKED', { revokedAt: clock.instant() }),
});
