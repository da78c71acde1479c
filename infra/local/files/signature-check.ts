// Signature Version 4 as S3 checks it: of presigned URLs (with their end) and of signed requests.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { urlOf } from '../listen.ts';
import { signatureOf, type KeyPair } from '../signature.ts';

/** Why S3 refuses a request. */
export type Refusal = 'AccessDenied' | 'SignatureDoesNotMatch' | 'InvalidAccessKeyId' | 'Expired';

type Claim = {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly moment: string;
  readonly expires: number | undefined;
  readonly payload: string;
};

/** Answers why the request is refused, or undefined. Times are the machine's: the SDK signs with them. */
export function checkSignature(request: IncomingMessage, keys: KeyPair, now = Date.now()): Refusal | undefined {
  const url = urlOf(request);
  const claim = claimInQuery(url) ?? claimInHeader(request);
  if (!claim) return 'AccessDenied';
  const [accessKeyId, ...scope] = claim.credential.split('/');
  if (accessKeyId !== keys.accessKeyId) return 'InvalidAccessKeyId';
  if (claim.expires !== undefined && now > momentOf(claim.moment) + claim.expires * 1000) return 'Expired';
  const canonicalRequest = canonicalRequestOf(request, url, claim);
  const expected = signatureOf({ moment: claim.moment, scope: scope.join('/'), canonicalRequest }, keys);
  return isSame(expected, claim.signature) ? undefined : 'SignatureDoesNotMatch';
}

const claimInQuery = ({ searchParams: query }: URL): Claim | undefined => {
  const signature = query.get('X-Amz-Signature');
  if (signature === null) return undefined;
  return {
    credential: query.get('X-Amz-Credential') ?? '',
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature,
    moment: query.get('X-Amz-Date') ?? '',
    expires: Number(query.get('X-Amz-Expires') ?? 0),
    payload: query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
};

const claimInHeader = ({ headers }: IncomingMessage): Claim | undefined => {
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=(\w+)$/.exec(
    headers.authorization ?? '',
  );
  const [, credential, signedHeaders, signature] = parts ?? [];
  if (!credential || !signedHeaders || !signature) return undefined;
  const payload = String(headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD');
  return {
    credential,
    signedHeaders: signedHeaders.split(';'),
    signature,
    moment: String(headers['x-amz-date'] ?? ''),
    expires: undefined,
    payload,
  };
};

const canonicalRequestOf = (request: IncomingMessage, url: URL, claim: Claim): string => {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const path = url.pathname
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
  const headers = claim.signedHeaders.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  );
  return [request.method, path, query.join('&'), headers.join(''), claim.signedHeaders.join(';'), claim.payload].join(
    '\n',
  );
};

/** As RFC 3986 has it; encodeURIComponent leaves five characters more. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const momentOf = (text: string): number => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) || 0;
};

const isSame = (expected: string, given: string): boolean =>
  expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
