import { randomBytes } from 'node:crypto';
import type { Context } from '#kernel';
import { seal, unseal } from '#modules/platform/keys';
import { inForce, rotated, writeSecret, type KeptSecret } from './signature.rules.ts';
import { WebhookSecret } from './webhook-secret.entity.ts';

/** Standard Webhooks: 24 to 64 bytes. */
const secretBytes = 32;

const purposeOf = (endpoint: string): string => `webhook/${endpoint}`;
/** The secrets of an endpoint lie under its own id, so that they are found without an index. */
const idFor = (endpoint: string): string => endpoint.replace(/^whe_/, 'whsec_');

const sealedFor = (context: Context, endpoint: string, kept: readonly KeptSecret[]): Promise<string> =>
  seal(context, purposeOf(endpoint), JSON.stringify(kept));

/** None where they do not open: a copy of a tenant must not speak in the name of the original. */
const keptIn = async (context: Context, endpoint: string): Promise<readonly KeptSecret[]> => {
  const { sealed } = await context.trusted(WebhookSecret).get(idFor(endpoint));
  try {
    return JSON.parse(await unseal(context, purposeOf(endpoint), sealed)) as readonly KeptSecret[];
  } catch (error) {
    context.log.warn('The secrets of a webhook do not open.', { endpoint, error: String(error) });
    return [];
  }
};

/** Makes the first secret of an endpoint, in the same write; it is shown once. */
export const makeSecret = async (context: Context, endpoint: string): Promise<string> => {
  const secret = writeSecret(randomBytes(secretBytes));
  const sealed = await sealedFor(context, endpoint, [{ secret }]);
  context.trusted(WebhookSecret).create({ endpoint, sealed }, { id: idFor(endpoint) });
  return secret;
};

/** Makes another secret; those before sign along until then. */
export const replaceSecret = async (context: Context, endpoint: string, until: string): Promise<string> => {
  const secrets = context.trusted(WebhookSecret);
  const row = await secrets.get(idFor(endpoint));
  const secret = writeSecret(randomBytes(secretBytes));
  const kept = rotated(await keptIn(context, endpoint), secret, context.clock.instant(), until);
  secrets.update(row, { sealed: await sealedFor(context, endpoint, kept) });
  return secret;
};

/** The secrets that sign now, the newest first; none where they do not open here. */
export const secretsOf = async (context: Context, endpoint: string): Promise<readonly string[]> =>
  inForce(await keptIn(context, endpoint), context.clock.instant()).map(({ secret }) => secret);
