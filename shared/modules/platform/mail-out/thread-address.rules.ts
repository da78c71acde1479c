import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId, prefixOf } from '#kernel';

/** What an answer belongs to: a record, a thread or a mail of a tenant. */
export type ThreadTarget = { readonly tenant: string; readonly record: string };

/** Mail programs may write an address in small letters, so that these are all it is made of; 64 of them at most (RFC 5321). */
const digits = '0123456789abcdefghijklmnopqrstuvwxyz_-';
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Two ids of 26 letters of 5 bits each. */
const idsLength = 50;
const sealLength = 7;
const form = new RegExp(`^t-([a-z]{2,4})([${digits}]{${idsLength}})\\.([${digits}]{${sealLength}})@(.+)$`);

/** The header by which each mail of ours says whose it is and what it belongs to: an address as below. */
export const threadHeader = 'X-Lazo-Thread';

/** The domain that takes answers. */
export const inboundDomain = (mailDomain: string): string => `in.${mailDomain}`;

/** An address that only we can have made, and that says whose and what an answer is about. @throws RangeError of a longer prefix than four letters */
export const threadAddress = (secret: string, { tenant, record }: ThreadTarget, mailDomain: string): string => {
  const prefix = prefixOf(record);
  if (prefix.length > 4) throw new RangeError(`No address has room for the prefix of ${record}.`);
  const ids = written(`${bare(tenant)}${bare(record)}`);
  return `t-${prefix}${ids}.${seal(secret, { tenant, record })}@${inboundDomain(mailDomain)}`;
};

/** What an address is about; nothing when it is of another kind, of another domain, or not made by us. */
export const readThreadAddress = (secret: string, address: string, mailDomain: string): ThreadTarget | undefined => {
  const [, prefix = '', ids = '', given = '', domain] = form.exec(address.trim().toLowerCase()) ?? [];
  if (domain !== inboundDomain(mailDomain).toLowerCase()) return undefined;
  const both = readBack(ids);
  const target = { tenant: `ten_${both.slice(0, 26)}`, record: `${prefix}_${both.slice(26)}` };
  const expected = seal(secret, target);
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected)) && isId(target.record) ? target : undefined;
};

const bare = (id: string): string => id.slice(id.indexOf('_') + 1);

const valueIn = (text: string, alphabet: string): bigint =>
  Array.from(text).reduce((sum, letter) => sum * BigInt(alphabet.length) + BigInt(alphabet.indexOf(letter)), 0n);

const spelt = (value: bigint, alphabet: string, length: number): string => {
  let [rest, text] = [value, ''];
  for (; text.length < length; rest /= BigInt(alphabet.length))
    text = `${alphabet[Number(rest % BigInt(alphabet.length))] ?? ''}${text}`;
  return text;
};

const written = (ids: string): string => spelt(valueIn(ids, crockford), digits, idsLength);
const readBack = (text: string): string => spelt(valueIn(text, digits), crockford, 52);

const seal = (secret: string, { tenant, record }: ThreadTarget): string => {
  const digest = createHmac('sha256', secret).update(`thread|${tenant}|${record}`).digest('hex');
  return spelt(BigInt(`0x${digest}`), digits, sealLength);
};
