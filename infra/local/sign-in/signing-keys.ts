// The RSA keys that sign tokens: kept over restarts, rotated on demand, the former ones published until their
// tokens have ended.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { Store } from '../store.ts';

/** The key that signs now. */
export type SigningKey = { readonly id: string; readonly key: KeyObject };

/** All keys. */
export type SigningKeys = {
  current(): SigningKey;
  /** Public keys as a JWKS document. */
  published(): { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Makes a new current key. */
  rotate(): void;
};

/** A key that no longer signs stays published this long: longer than any token lives. */
const publishedFor = 24 * 60 * 60 * 1000;

/** Opens the keys; makes the first. */
export function openSigningKeys(store: Store, clock: LocalClock): SigningKeys {
  store.exec(
    'CREATE TABLE IF NOT EXISTS signing_keys (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, pem TEXT NOT NULL, replaced_at INTEGER)',
  );
  const sql = {
    current: store.prepare('SELECT id, pem FROM signing_keys ORDER BY sequence DESC LIMIT 1'),
    published: store.prepare(
      'SELECT id, pem FROM signing_keys WHERE replaced_at IS NULL OR replaced_at > ? ORDER BY sequence DESC',
    ),
    retire: store.prepare('UPDATE signing_keys SET replaced_at = ? WHERE replaced_at IS NULL'),
    insert: store.prepare('INSERT INTO signing_keys (id, pem) VALUES (?, ?)'),
  };
  let current: SigningKey | undefined;
  const rotate = (): void => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    sql.retire.run(clock.now());
    sql.insert.run(randomUUID(), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    current = undefined;
  };
  if (!sql.current.get()) rotate();
  const load = (): SigningKey => {
    const row = sql.current.get();
    return { id: String(row?.['id']), key: createPrivateKey(String(row?.['pem'])) };
  };
  return {
    current: () => (current ??= load()),
    rotate,
    published: () => ({
      keys: sql.published.all(clock.now() - publishedFor).map(({ id, pem }) => toJwk(String(id), String(pem))),
    }),
  };
}

const toJwk = (kid: string, pem: string): Readonly<Record<string, unknown>> => ({
  ...createPublicKey(pem).export({ format: 'jwk' }),
  kid,
  use: 'sig',
  alg: 'RS256',
});
