import { createHmac } from 'node:crypto';

const prefix = 'whsec_';

/** A secret as partners are shown it. */
export const writeSecret = (bytes: Uint8Array): string => `${prefix}${Buffer.from(bytes).toString('base64')}`;

const readSecret = (secret: string): Buffer =>
  Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, 'base64');

/** What is signed: an id without a dot, the second of the attempt, and the body byte by byte. */
export type Signed = { readonly id: string; readonly second: number; readonly body: string };

/** The header `webhook-signature` of Standard Webhooks: one entry for each secret that is in force. */
export const signatureOf = ({ id, second, body }: Signed, secrets: readonly string[]): string =>
  secrets
    .map((secret) =>
      createHmac('sha256', readSecret(secret))
        .update(`${id}.${String(second)}.${body}`)
        .digest('base64'),
    )
    .map((signature) => `v1,${signature}`)
    .join(' ');

/** A secret and the moment after which it signs no more; the newest has none. */
export type KeptSecret = { readonly secret: string; readonly until?: string };

/** The secrets once another has taken over: those before it sign along for the overlap, and never longer than they would have. */
export const rotated = (
  kept: readonly KeptSecret[],
  secret: string,
  now: string,
  until: string,
): readonly KeptSecret[] => [
  { secret },
  ...inForce(kept, now)
    .map((each) => ({ ...each, until: each.until !== undefined && each.until < until ? each.until : until }))
    .filter((each) => each.until > now),
];

/** The secrets that sign now. */
export const inForce = (kept: readonly KeptSecret[], now: string): readonly KeptSecret[] =>
  kept.filter(({ until }) => until === undefined || until > now);
