import type { Context } from '#kernel';
import { inboundDomain, threadHeader } from '#modules/platform/mail-out';
import { targetsOf } from './inbox.operations.ts';
import { headerOf, type ParsedMail } from './parsed-mail.rules.ts';
import { isVouched, type MailReceipt } from './receipt.rules.ts';

/** Who sent a mail: somebody outside, the tenant itself or another one by this product, or nobody who may write its name. */
export type Origin = 'OUTSIDE' | 'HERE' | 'ANOTHER_TENANT' | 'NOBODY';

/** A mail with whoever wrote it, and whether that is sure enough for what a forger can write. */
export type Sent = { readonly mail: ParsedMail; readonly origin: Origin; readonly isVouched: boolean };

/** Mails of this product say under a seal whose they are. */
const originOf = async (ports: Context['ports'], tenant: string, mail: ParsedMail): Promise<Origin> => {
  const domain = ports.addresses.mailDomain().toLowerCase();
  if (![domain, inboundDomain(domain)].includes(mail.from.address.split('@')[1] ?? '')) return 'OUTSIDE';
  const [seal] = await targetsOf(ports, headerOf(mail, threadHeader.toLowerCase()));
  if (!seal) return 'NOBODY';
  return seal.tenant === tenant ? 'HERE' : 'ANOTHER_TENANT';
};

/**
 * All tenants send from one address: who wrote is whoever gets the answers. Anybody may name any such address, so that nobody
 * vouches for it.
 */
export const sentBy = async (
  ports: Context['ports'],
  tenant: string,
  mail: ParsedMail,
  receipt: MailReceipt,
): Promise<Sent> => {
  const origin = await originOf(ports, tenant, mail);
  if (origin !== 'ANOTHER_TENANT')
    return { mail, origin, isVouched: mail.hasOneAuthor && isVouched(mail.from.address, receipt) };
  const { replyTo, ...written } = mail;
  const from = { ...mail.from, address: replyTo ?? mail.from.address };
  return { mail: { ...written, from }, origin, isVouched: false };
};
