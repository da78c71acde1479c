import { createPublicKey, verify } from 'node:crypto';
import type { Context } from '#kernel';
import { isOfSns, signedText, snsMessageIn, type SnsMessage } from './notification.rules.ts';

/** What a notification came to: something that is told, a subscription that was confirmed, or nothing that we trust. */
export type Notified = { readonly told: unknown } | 'CONFIRMED' | undefined;

/** Opens what SNS hands in, of the topic that was agreed on alone: anybody may have a topic, and SNS signs for all of them. */
export const openNotification = async (
  { ports }: Pick<Context, 'ports'>,
  body: unknown,
  topic: string | undefined,
): Promise<Notified> => {
  const message = snsMessageIn(body);
  if (!message || topic === undefined || message.TopicArn !== topic) return undefined;
  if (!(await isGenuine(ports, message))) return undefined;
  if (message.Type === 'Notification') return { told: JSON.parse(message.Message) as unknown };
  const { SubscribeURL: url = '' } = message;
  if (!isOfSns(url)) return undefined;
  return (await ports.web.fetch(url)).ok ? 'CONFIRMED' : undefined;
};

const isGenuine = async ({ web }: Context['ports'], message: SnsMessage): Promise<boolean> => {
  const { SigningCertURL: url, Signature, SignatureVersion } = message;
  if (!isOfSns(url) || !url.endsWith('.pem')) return false;
  const answer = await web.fetch(url);
  if (!answer.ok) return false;
  const hash = SignatureVersion === '2' ? 'sha256' : 'sha1';
  const key = createPublicKey(await answer.text());
  return verify(hash, Buffer.from(signedText(message)), key, Buffer.from(Signature, 'base64'));
};
