// Secrets of tenants at rest: each is encrypted under a key of its own, and that key under one that belongs to the deployment and
// the tenant (envelope encryption). What was sealed for one tenant and purpose opens for no other.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Context } from '#kernel';

type Box = { readonly iv: string; readonly tag: string; readonly data: string };
type Envelope = { readonly v: 1; readonly key: Box; readonly content: Box };

const cipher = 'aes-256-gcm';

/** Seals a text for a purpose; only `unseal` with the same tenant and purpose reads it again. */
export const seal = async (
  context: Pick<Context, 'ports' | 'actor'>,
  purpose: string,
  content: string,
): Promise<string> => {
  const about = `${context.actor.tenant}/${purpose}`;
  const key = randomBytes(32);
  const envelope: Envelope = {
    v: 1,
    key: locked(await outerKey(context), about, key),
    content: locked(key, about, Buffer.from(content)),
  };
  return JSON.stringify(envelope);
};

/** What was sealed. @throws Error when it was sealed for somebody or something else, or was changed */
export const unseal = async (
  context: Pick<Context, 'ports' | 'actor'>,
  purpose: string,
  sealed: string,
): Promise<string> => {
  const about = `${context.actor.tenant}/${purpose}`;
  const { key, content } = JSON.parse(sealed) as Envelope;
  return unlocked(unlocked(await outerKey(context), about, key), about, content).toString();
};

const outerKey = async ({ ports, actor }: Pick<Context, 'ports' | 'actor'>): Promise<Uint8Array> =>
  new Uint8Array(hkdfSync('sha256', await ports.secrets.get('sealing'), actor.tenant, 'seal', 32));

const locked = (key: Uint8Array, about: string, content: Uint8Array): Box => {
  const iv = randomBytes(12);
  const lock = createCipheriv(cipher, key, iv).setAAD(Buffer.from(about));
  const data = Buffer.concat([lock.update(content), lock.final()]);
  return { iv: iv.toString('base64'), tag: lock.getAuthTag().toString('base64'), data: data.toString('base64') };
};

const unlocked = (key: Uint8Array, about: string, { iv, tag, data }: Box): Buffer => {
  const lock = createDecipheriv(cipher, key, Buffer.from(iv, 'base64'))
    .setAAD(Buffer.from(about))
    .setAuthTag(Buffer.from(tag, 'base64'));
  return Buffer.concat([lock.update(Buffer.from(data, 'base64')), lock.final()]);
};
