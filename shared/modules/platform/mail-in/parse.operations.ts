import type { Address, Attachment, Email } from 'postal-mime';
import { isUtf8 } from 'node:buffer';
import { given } from '#kernel';
import {
  addressesIn,
  cleanText,
  messageIdsIn,
  oneLine,
  type Mailbox,
  type MailFile,
  type ParsedMail,
} from './parsed-mail.rules.ts';
import { textWithQuotes } from './quoted-text.rules.ts';
import { unpackTnef } from './tnef.rules.ts';

/** Text that is kept; a mail that says more is kept whole as a file. */
const mostText = 200_000;
/** HTML that is read for its text. */
const mostHtml = 1024 * 1024;
const calendarTypes: ReadonlySet<string> = new Set(['text/calendar', 'application/ics']);

/** Opens a mail. One that cannot be opened is read as the text that it is. */
export const parseMail = async (bytes: Uint8Array): Promise<ParsedMail> => {
  const { default: PostalMime } = await import('postal-mime');
  const raw = readable(bytes);
  const parse = (bytes: Uint8Array): Promise<Email> => PostalMime.parse(bytes, { forceRfc822Attachments: true });
  try {
    const email = await parse(raw);
    return { ...readEmail(email, raw.length), ...given({ attachedSender: await senderWithin(email, parse) }) };
  } catch (error) {
    const head = await parse(headOf(raw)).catch(() => undefined);
    const text = cleanText(Buffer.from(raw.subarray(0, mostText)).toString('latin1'), mostText);
    const bare: Email = head ?? { headers: [], headerLines: [], attachments: [] };
    return { ...readEmail(bare, raw.length), text, problem: oneLine(String(error), 200) };
  }
};

/** Without the mark that some editors put first; a head in letters of no encoding that it names is Latin, as old programs wrote it. */
const readable = (bytes: Uint8Array): Uint8Array => {
  const raw = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const head = headOf(raw);
  if (isUtf8(head)) return raw;
  return Buffer.concat([Buffer.from(new TextDecoder('windows-1252').decode(head)), raw.subarray(head.length)]);
};

/** A mail may be handed on as a file; its head says who wrote it. */
const senderWithin = async (
  { attachments }: Email,
  parse: (bytes: Uint8Array) => Promise<Email>,
): Promise<string | undefined> => {
  const within = attachments.find(({ mimeType }) => mimeType === 'message/rfc822');
  if (!within) return undefined;
  const { address } = mailboxOf((await parse(headOf(bytesOf(within)))).from);
  return address || undefined;
};

/** Of a head that is looked at; what is cut off begins with a line. */
const mostHead = 64 * 1024;

/** Up to the first empty line, however lines end. */
const headOf = (raw: Uint8Array): Uint8Array => {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, mostHead));
  const blank = /\n\r?\n/.exec(bytes.toString('latin1'));
  if (blank) return bytes.subarray(0, blank.index + blank[0].length);
  return raw.byteLength > mostHead ? bytes.subarray(0, bytes.lastIndexOf('\n') + 1) : bytes;
};

const readEmail = (email: Email, size: number): ParsedMail => {
  const [messageId] = messageIdsIn(email.messageId);
  const writtenAt = instantOf(email.date);
  return {
    headers: headersOf(email),
    hasOneAuthor: hasOneAuthor(email),
    from: mailboxOf(email.from),
    ...given({ replyTo: bareAddresses(email.replyTo)[0] }),
    to: bareAddresses(email.to),
    cc: bareAddresses(email.cc),
    subject: oneLine(email.subject, 500),
    ...(writtenAt !== undefined && { writtenAt }),
    ...(messageId !== undefined && { messageId }),
    references: [...new Set([...messageIdsIn(email.inReplyTo), ...messageIdsIn(email.references).toReversed()])].slice(
      0,
      20,
    ),
    text: textOf(email),
    files: email.attachments.filter(({ mimeType }) => !calendarTypes.has(mimeType)).flatMap(toFiles),
    calendars: email.attachments
      .filter(({ mimeType }) => calendarTypes.has(mimeType))
      .map((attachment) => Buffer.from(bytesOf(attachment)).toString('utf8')),
    size,
  };
};

/** No author writes more; what is longer is made for those who read it. */
const longestAuthor = 2000;

/** Mail servers may have judged another author than the one that is read here. */
const hasOneAuthor = ({ headers }: Email): boolean => {
  const [author, ...more] = headers.filter(({ key }) => key === 'from').map(({ value }) => value);
  if (author === undefined || more.length > 0 || author.length > longestAuthor) return false;
  return new Set(addressesIn(author.replace(/"(?:[^"\\]|\\.)*"/g, ''))).size === 1;
};

const headersOf = ({ headers }: Email): ParsedMail['headers'] => {
  const found = new Map<string, string[]>();
  for (const { key, value } of headers) found.set(key, [...(found.get(key) ?? []), oneLine(value, 2000)]);
  return found;
};

const mailboxOf = (from: Address | undefined): Mailbox => {
  const [address = ''] = addressesIn(from?.address ?? '');
  return { address: address.slice(0, 320), name: oneLine(from?.name, 200) };
};

const bareAddresses = (addresses: readonly Address[] = []): readonly string[] => {
  const all = addresses.flatMap(({ address, group }) => (group ? group.map((member) => member.address) : [address]));
  return [...new Set(all.flatMap(addressesIn))].map((address) => address.slice(0, 320)).slice(0, 100);
};

const instantOf = (date: string | undefined): string | undefined => {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) || Math.abs(time) > 4e12 ? undefined : new Date(time).toISOString();
};

const textOf = ({ text = '', html = '' }: Email): string => {
  const written = text.trim() === '' ? textWithQuotes(html.slice(0, mostHtml)) : text;
  return cleanText(written.slice(0, mostText * 2), mostText);
};

/** Outlook packs files into one that nobody else opens. */
const toFiles = (attachment: Attachment, index: number): readonly MailFile[] => {
  const file = toFile(attachment, index);
  const isPacked = file.contentType === 'application/ms-tnef' || /^winmail\.dat$/i.test(file.name);
  const within = isPacked ? unpackTnef(file.bytes) : [];
  if (within.length === 0) return [file];
  return within.map(({ name, bytes }, at) => ({
    name: oneLine(name, 180) || `part-${String(index + 1)}.${String(at + 1)}`,
    contentType: 'application/octet-stream',
    bytes,
  }));
};

const toFile = (attachment: Attachment, index: number): MailFile => ({
  name:
    oneLine(attachment.filename ?? undefined, 180).replace(/[. ]+$/, '') ||
    `part-${String(index + 1)}${extensionOf(attachment.mimeType)}`,
  contentType: /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.exec(attachment.mimeType)?.[0] ?? 'application/octet-stream',
  bytes: bytesOf(attachment),
});

const extensionOf = (type: string): string => (type === 'message/rfc822' ? '.eml' : '');

const bytesOf = ({ content, encoding }: Attachment): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content, encoding ?? 'utf8') : new Uint8Array(content);
