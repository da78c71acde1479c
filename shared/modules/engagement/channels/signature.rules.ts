import { createHmac, timingSafeEqual } from 'node:crypto';

/** What of a request a signature is checked by. */
export type SignedRequest = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** How each provider proves that a request is its own; those not named here sign as `x-signature-256`. */
const headerOf: Readonly<Record<string, string>> = {
  WHATSAPP: 'x-hub-signature-256',
  MESSENGER: 'x-hub-signature-256',
  INSTAGRAM: 'x-hub-signature-256',
  TELEGRAM: 'x-telegram-bot-api-secret-token',
};

/** The header that carries the signature of a program of one's own. */
export const ownSignature = 'x-signature-256';

/** The signature of a body: HMAC-SHA256 in hex, as Meta writes it. */
export const signatureOf = (body: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** Whether a request comes from who knows the secret of the account. Without a secret nothing does. */
export const isSigned = (kind: string, { headers, body }: SignedRequest, secret: string | undefined): boolean => {
  if (secret === undefined) return false;
  const given = headers[headerOf[kind] ?? ownSignature] ?? '';
  return isSame(given, kind === 'TELEGRAM' ? secret : signatureOf(body, secret));
};

/** Whether two secrets are the same, in a time that does not tell how far they are. */
export const isSame = (given: string, expected: string): boolean => {
  const [left, right] = [given, expected].map((each) => createHmac('sha256', 'compare').update(each).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
};
