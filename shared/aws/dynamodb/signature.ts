// AWS Signature Version 4 for one fixed endpoint. The signing key is derived once a day, so that a request costs
// two hashes and one HMAC; the general signer of the SDK costs several times that (bench/table-gateway.ts).
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** Keys of an AWS identity; `expiration` is set for those that must be renewed. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
};

/** A service that speaks AWS's JSON protocol; `target` is what X-Amz-Target begins with. */
export type JsonService = { readonly name: string; readonly target: string; readonly contentType: string };

/** The service of the table. */
export const dynamodb: JsonService = {
  name: 'dynamodb',
  target: 'DynamoDB_20120810',
  contentType: 'application/x-amz-json-1.0',
};

/** Signs one request; answers its headers. */
export type Sign = (operation: string, body: string, credentials: Credentials, at: Date) => Record<string, string>;

const algorithm = 'AWS4-HMAC-SHA256';

/** A signer of POSTs to `/` at `host` (as the Host header names it) in `region`. */
export function newSigner(
  service: JsonService,
  { host, region }: { readonly host: string; readonly region: string },
): Sign {
  const { contentType } = service;
  const keyFor = newKeyCache(service.name, region);
  return (operation, body, credentials, at) => {
    const target = `${service.target}.${operation}`;
    const moment = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
    const day = moment.slice(0, 8);
    const token = credentials.sessionToken;
    const names = `content-type;host;x-amz-date;${token ? 'x-amz-security-token;' : ''}x-amz-target`;
    const tokenLine = token ? `x-amz-security-token:${token}\n` : '';
    const lines = `content-type:${contentType}\nhost:${host}\nx-amz-date:${moment}\n${tokenLine}x-amz-target:${target}\n`;
    const request = `POST\n/\n\n${lines}\n${names}\n${hash('sha256', body)}`;
    const scope = `${day}/${region}/${service.name}/aws4_request`;
    const toSign = `${algorithm}\n${moment}\n${scope}\n${hash('sha256', request)}`;
    const signature = createHmac('sha256', keyFor(credentials.secretAccessKey, day)).update(toSign).digest('hex');
    return {
      'content-type': contentType,
      host,
      'x-amz-date': moment,
      ...(token && { 'x-amz-security-token': token }),
      'x-amz-target': target,
      authorization: `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    };
  };
}

const newKeyCache = (service: string, region: string): ((secret: string, day: string) => KeyObject) => {
  let cached: { readonly secret: string; readonly day: string; readonly key: KeyObject } | undefined;
  return (secret, day) => {
    if (cached?.secret !== secret || cached.day !== day)
      cached = { secret, day, key: deriveKey(secret, [day, region, service, 'aws4_request']) };
    return cached.key;
  };
};

/** A key object: signing by a buffer costs 20 microseconds more, since Node makes such an object of it each time. */
const deriveKey = (secret: string, steps: readonly string[]): KeyObject =>
  createSecretKey(
    steps.reduce<Buffer>((key, step) => createHmac('sha256', key).update(step).digest(), Buffer.from(`AWS4${secret}`)),
  );
