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
const form = new RegExp(`^([tu])-([a-z]{2,4})([${digits}]{${idsLength}})\\.([${digits}]{${sealLength}})@(.+)$`);
/** What an address is for, by its first letter: one that is for the one thing does not do the other. */
const purposes = { t: 'thread', u: 'unsubscribe' } as const;
type Letter = keyof typeof purposes;

/** The header by which each mail of ours says whose it is and what it belongs to: an address as below. */
export const threadHeader = 'X-Lazo-Thread';

/** The domain that takes answers. */
export const inboundDomain = (mailDomain: string): string => `in.${mailDomain}`;

const addressFor =
  (letter: Letter) =>
  (secret: string, { tenant, record }: ThreadTarget, mailDomain: string): string => {
    const prefix = prefixOf(record);
    if (prefix.length > 4) throw new RangeError(`No address has room for the prefix of ${record}.`);
    const ids = written(`${bare(tenant)}${bare(record)}`);
    return `${letter}-${prefix}${ids}.${seal(secret, letter, { tenant, record })}@${inboundDomain(mailDomain)}`;
  };

const readerFor =
  (wanted: Letter) =>
  (secret: string, address: string, mailDomain: string): ThreadTarget | undefined => {
    const [, letter, prefix = '', ids = '', given = '', domain] = form.exec(address.trim().toLowerCase()) ?? [];
    if (letter !== wanted || domain !== inboundDomain(mailDomain).toLowerCase()) return undefined;
    const both = readBack(ids);
    const target = { tenant: `ten_${both.slice(0, 26)}`, record: `${prefix}_${both.slice(26)}` };
    const expected = seal(secret, wanted, target);
    return timingSafeEqual(Buffer.from(given), Buffer.from(expected)) && isId(target.record) ? target : undefined;
  };

/** An address that only we can have made, and that says whose and what an answer is about. @throws RangeError of a longer prefix than four letters */
export const threadAddress = addressFor('t');
/** What an address is about; nothing when it is of another kind, of another domain, or not made by us. */
export const readThreadAddress = readerFor('t');
/** An address that unsubscribes whoever got a mail, whatever is written to it (RFC 2369). */
export const unsubscribeAddress = addressFor('u');
/** The mail whose reader unsubscribes by an address. */
export const readUnsubscribeAddress = readerFor('u');

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

const seal = (secret: string, letter: Letter, { tenant, record }: ThreadTarget): string => {
  const digest = createHmac('sha256', secret).update(`${purposes[letter]}|${tenant}|${record}`).digest('hex');
  return spelt(BigInt(`0x${digest}`), digits, sealLength);
};
