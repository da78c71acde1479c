// Signature Version 4: what both sides compute, the one that signs and the one that checks.
import { createHmac, hash } from 'node:crypto';

/** A pair of AWS keys. */
export type KeyPair = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** What is signed. `scope` is `<day>/<region>/<service>/aws4_request`, `moment` as X-Amz-Date writes it. */
export type Signable = { readonly moment: string; readonly scope: string; readonly canonicalRequest: string };

/** The signature in hexadecimal. */
export function signatureOf({ moment, scope, canonicalRequest }: Signable, { secretAccessKey }: KeyPair): string {
  const toSign = ['AWS4-HMAC-SHA256', moment, scope, hash('sha256', canonicalRequest)].join('\n');
  const derive = (key: string | Buffer, part: string): Buffer => createHmac('sha256', key).update(part).digest();
  const key = scope.split('/').reduce<string | Buffer>(derive, `AWS4${secretAccessKey}`);
  return createHmac('sha256', key).update(toSign).digest('hex');
}

/** A moment as X-Amz-Date writes it: `20261122T100000Z`. */
export const amzDate = (moment: Date): string => moment.toISOString().replace(/[-:]|\.\d{3}/g, '');
