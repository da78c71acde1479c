import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const shape = new RegExp(`^lazo_(${ulid})(${ulid})_([A-Za-z0-9_-]{43})$`);

/** What an API key says: its tenant, which key it is, and its secret of 256 bits. */
export type KeyParts = { readonly tenant: string; readonly key: string; readonly secret: string };

/** The text of a key, shown once. */
export const writeKey = ({ tenant, key, secret }: KeyParts): string =>
  `lazo_${tenant.slice('ten_'.length)}${key.slice('key_'.length)}_${secret}`;

/** The parts of a key; undefined when the text is none. */
export const readKey = (text: string): KeyParts | undefined => {
  const [, tenant = '', key = '', secret = ''] = shape.exec(text) ?? [];
  return secret === '' ? undefined : { tenant: `ten_${tenant}`, key: `key_${key}`, secret };
};

/** A secret that a deployment can make again from its own: for the operator's first key, and the demo. */
export const derivedSecret = (signing: string, purpose: string): string =>
  createHmac('sha256', signing).update(`api key: ${purpose}`).digest('base64url');

/** What is stored of a secret. 256 random bits need no slow hash. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Whether a secret is the one whose hash was stored, in constant time. */
export const isSecret = (secret: string, hash: string): boolean => {
  const [given, stored] = [Buffer.from(hashSecret(secret)), Buffer.from(hash)];
  return given.length === stored.length && timingSafeEqual(given, stored);
};
