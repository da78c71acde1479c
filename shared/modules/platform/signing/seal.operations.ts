// The seal: a detached JWS over the document's hash and the head of the chain. Its Ed25519 key is made of the deployment's own
// secret `signing`, one for each tenant, so that nothing more needs to be kept; the public key stands in the evidence.
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Context } from '#kernel';
import { canonicalJson } from './chain.rules.ts';
import type { SignatureRow } from './signature.entity.ts';

/** What is sealed. */
export type Sealed = { readonly pdfSha256: string; readonly chainHead: string };

/** PKCS #8 around the 32 bytes of an Ed25519 key (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const keyOf = async ({ ports, actor }: Pick<Context, 'ports' | 'actor'>): Promise<KeyObject> => {
  const secret = await ports.secrets.get('signing');
  const bytes = Buffer.from(hkdfSync('sha256', secret, actor.tenant, 'signature seal', 32));
  return createPrivateKey({ key: Buffer.concat([pkcs8, bytes]), format: 'der', type: 'pkcs8' });
};

const payloadOf = ({ pdfSha256, chainHead }: Sealed): Uint8Array =>
  Buffer.from(canonicalJson({ pdfSha256, chainHead }));

/** The seal as a detached JWS (RFC 7515, appendix F). */
export const sealOf = async (context: Context, sealed: Sealed): Promise<string> => {
  const { CompactSign } = await import('jose');
  const jws = await new CompactSign(payloadOf(sealed)).setProtectedHeader({ alg: 'EdDSA' }).sign(await keyOf(context));
  return jws.replace(/\.[^.]*\./, '..');
};

/** The public key of the tenant's seals, as `x` of an OKP JWK. */
export const sealKey = async (context: Context): Promise<string> =>
  createPublicKey(await keyOf(context)).export({ format: 'jwk' }).x ?? '';

/** Whether the seal of a signature is ours, over its document and its chain. */
export const isSealed = async (
  context: Context,
  { seal, documentSha256: pdfSha256, chainHead }: SignatureRow,
): Promise<boolean> => {
  if (seal === undefined) return false;
  const { compactVerify } = await import('jose');
  const payload = Buffer.from(payloadOf({ pdfSha256, chainHead })).toString('base64url');
  try {
    await compactVerify(seal.replace('..', `.${payload}.`), createPublicKey(await keyOf(context)));
    return true;
  } catch {
    return false;
  }
};
