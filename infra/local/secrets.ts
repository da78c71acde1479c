// The secrets of this data folder, made once.
import { randomBytes } from 'node:crypto';
import { recall, remember, type Store } from './store.ts';

const names = ['signing', 'idempotency', 'sealing'] as const;

/** The JSON that SECRETS holds. A name that came later is made for a folder that was there before. */
export const makeSecrets = (store: Store): string => {
  const kept = recall(store, 'secrets');
  const known = (typeof kept === 'string' ? JSON.parse(kept) : {}) as Readonly<Record<string, string>>;
  const secrets = JSON.stringify({ ...Object.fromEntries(names.map((name) => [name, secret()])), ...known });
  if (secrets !== kept) remember(store, 'secrets', secrets);
  return secrets;
};

const secret = (): string => randomBytes(32).toString('base64url');
