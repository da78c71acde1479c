// The secrets of this data folder, made once.
import { randomBytes } from 'node:crypto';
import { recallOrMake, type Store } from './store.ts';

/** The JSON that SECRETS holds. */
export const makeSecrets = (store: Store): string =>
  recallOrMake(store, 'secrets', () => JSON.stringify({ signing: secret(), idempotency: secret() }));

const secret = (): string => randomBytes(32).toString('base64url');
