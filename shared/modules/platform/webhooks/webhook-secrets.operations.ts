import { randomBytes } from 'node:crypto';
import type { Context } from '#kernel';
import { seal, unseal } from '#modules/platform/keys';
import { inForce, rotated, writeSecret, type KeptSecret } from './signature.rules.ts';
import { WebhookSecret, type WebhookSecretRow } from './webhook-secret.entity.ts';

/** Standard Webhooks: 24 to 64 bytes. */
const secretBytes = 32;

const purposeOf = (endpoint: string): string => `webhook/${endpoint}`;
/** The secrets of an endpoint lie under its own id, so that they are found without an index. */
const idFor = (endpoint: string): string => endpoint.replace(/^whe_/, 'whsec_');

const sealedFor = (context: Context, endpoint: string, kept: unknown): Promise<string> =>
  seal(context, purposeOf(endpoint), JSON.stringify(kept));

type Headers = Readonly<Record<string, string>>;
type Kept = { readonly secrets: readonly KeptSecret[]; readonly headers: Headers };

/** Nothing where they do not open: a copy of a tenant must not speak in the name of the original. */
const keptIn = async (context: Context, { endpoint, sealed, headers }: WebhookSecretRow): Promise<Kept> => {
  const opened = async (text: string): Promise<unknown> =>
    JSON.parse(await unseal(context, purposeOf(endpoint), text)) as unknown;
  try {
    const secrets = (await opened(sealed)) as readonly KeptSecret[];
    return { secrets, headers: headers === undefined ? {} : ((await opened(headers)) as Headers) };
  } catch (error) {
    context.log.warn('The secrets of a webhook do not open.', { endpoint, error: String(error) });
    return { secrets: [], headers: {} };
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
  const rows = context.trusted(WebhookSecret);
  const row = await rows.get(idFor(endpoint));
  const secret = writeSecret(randomBytes(secretBytes));
  const { secrets: before } = await keptIn(context, row);
  const kept = rotated(before, secret, context.clock.instant(), until);
  rows.update(row, { sealed: await sealedFor(context, endpoint, kept) });
  return secret;
};

/** Keeps the headers that it is called with, instead of those before. */
export const keepHeaders = async (context: Context, endpoint: string, headers: Headers): Promise<void> => {
  const secrets = context.trusted(WebhookSecret);
  const isAny = Object.keys(headers).length > 0;
  const sealed = isAny ? await sealedFor(context, endpoint, headers) : null;
  secrets.update(await secrets.get(idFor(endpoint)), { headers: sealed });
};

/** By what an endpoint knows us: the secrets that sign now, the newest first, and its own headers. */
export type Keys = { readonly secrets: readonly string[]; readonly headers: Headers };

/** The keys of an endpoint; no secret where they do not open here. */
export const keysOf = async (context: Context, endpoint: string): Promise<Keys> => {
  const { secrets, headers } = await keptIn(context, await context.trusted(WebhookSecret).get(idFor(endpoint)));
  return { secrets: inForce(secrets, context.clock.instant()).map(({ secret }) => secret), headers };
};
