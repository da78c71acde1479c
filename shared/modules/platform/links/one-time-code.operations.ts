import { createHmac } from 'node:crypto';
import type { Context } from '#kernel';

/** The purpose of a link in a mail that is no address but a code: `{{ links.<name> }}` shows its six digits. */
export const codePurpose = 'one-time-code';

/**
 * Six digits for one record and nonce. They are made with the secret whenever they are needed, as a mail leaves and as somebody
 * types them, and kept nowhere: neither the ledger of mails nor a record knows them.
 */
export const oneTimeCode = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  { record, nonce = '' }: { readonly record: string; readonly nonce?: string },
): Promise<string> => {
  const secret = await ports.secrets.get('signing');
  const digest = createHmac('sha256', secret)
    .update(JSON.stringify(['code', actor.tenant, record, nonce]))
    .digest();
  return String(digest.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
};
