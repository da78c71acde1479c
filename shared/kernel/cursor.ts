// Cursors: where a page ended, sealed and bound to the query that made it. The position holds the value that the list is
// sorted by, which may be of a field that the reader must not see: so it is encrypted, not only signed.
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { DomainError } from './errors.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

type Keys = { readonly secret: string; readonly cipher: KeyObject; readonly nonce: KeyObject };
let kept: Keys | undefined;

const derive = (secret: string, use: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', use, 32)));

/** Keys of the signing secret, derived once per container; as key objects, for Node makes one of every buffer that it is given. */
const keysOf = (secret: string): Keys => {
  if (kept?.secret !== secret)
    kept = { secret, cipher: derive(secret, 'cursor cipher'), nonce: derive(secret, 'cursor nonce') };
  return kept;
};

/** Made of what is sealed: one position of one query has one cursor, and no nonce serves two of them. */
const nonceOf = ({ nonce }: Keys, query: string, position: string): Buffer =>
  createHmac('sha256', nonce)
    .update(JSON.stringify([query, position]))
    .digest()
    .subarray(0, nonceBytes);

/** A cursor of `position` for the query with this fingerprint. */
export const sealCursor = (secret: string, query: string, position: string): string => {
  const keys = keysOf(secret);
  const nonce = nonceOf(keys, query, position);
  const cipher = createCipheriv(algorithm, keys.cipher, nonce).setAAD(Buffer.from(query));
  return Buffer.concat([nonce, cipher.update(position, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
};

/** The position in a cursor. @throws BAD_INPUT when it is forged, or was made by another query */
export const openCursor = (secret: string, query: string, cursor: string): string => {
  try {
    return opened(keysOf(secret), query, Buffer.from(cursor, 'base64url'), cursor);
  } catch {
    throw new DomainError('BAD_INPUT', 'The cursor does not belong to this query.', ['after']);
  }
};

const opened = ({ cipher }: Keys, query: string, sealed: Buffer, cursor: string): string => {
  // Base64 forgives: a cursor with something after its end would still be opened.
  if (sealed.toString('base64url') !== cursor) throw new Error('Written differently.');
  const decipher = createDecipheriv(algorithm, cipher, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(query)).setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
};
