/** Somebody in a header. */
export type Mailbox = { readonly address: string; readonly name: string };

/** A file in a mail. */
export type MailFile = { readonly name: string; readonly contentType: string; readonly bytes: Uint8Array };

/** A mail once it was opened. Texts are well-formed; addresses are in small letters. */
export type ParsedMail = {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly from: Mailbox;
  /** Whether nobody else is named as its author: mail servers may have judged another than the first. */
  readonly hasOneAuthor: boolean;
  readonly replyTo?: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly writtenAt?: string;
  readonly messageId?: string;
  /** Message-IDs that it refers to, the nearest first. */
  readonly references: readonly string[];
  readonly text: string;
  readonly files: readonly MailFile[];
  /** Who wrote the mail that it hands on as a file. */
  readonly attachedSender?: string;
  /** Calendar objects (RFC 5545) in it. */
  readonly calendars: readonly string[];
  readonly size: number;
  /** Why it could not be opened as a mail, where it could not. */
  readonly problem?: string;
};

/** Letters that turn the order of those behind them round: `exe.fdp` is shown as a PDF. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** One line that any store takes: no control characters, no broken letters. */
export const oneLine = (text: string | undefined, max: number): string =>
  (text ?? '')
    .toWellFormed()
    .replace(turning, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, max)
    .toWellFormed();

/** Text of several lines that any store takes. */
export const cleanText = (text: string, max: number): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trim()
    .slice(0, max)
    .toWellFormed();

/** The Message-IDs in a header, without angle brackets. */
export const messageIdsIn = (header: string | undefined): readonly string[] =>
  [...(header ?? '').matchAll(/<([^<>\s]{1,500})>/g)].flatMap(([, id]) => id ?? []);

/** What may stand before an @ begins where a word does and is bounded: each letter of a text is looked at a few times at most. */
const address = /(?<![^\s<>,;:"'()[\]@])[^\s<>,;:"'()[\]@]{1,256}@[^\s<>,;:"'()[\]]+/g;

/** The addresses in a header of any form. */
export const addressesIn = (text: string): readonly string[] =>
  (text.match(address) ?? []).map((found) => found.toLowerCase());

/** The values of a header. */
export const headerOf = ({ headers }: Pick<ParsedMail, 'headers'>, name: string): readonly string[] =>
  headers.get(name) ?? [];

const prefixes = /^(?:\s*(?:re|rv|fw|fwd|tr|aw|wg|res|enc|r|reenv[ií]o)\s*(?:\[\d+\]|\(\d+\))?\s*:\s*)+/i;

/** The subject without what mail programs put before it. */
export const bareSubject = (subject: string): string => subject.replace(prefixes, '').trim();

/** The subject as conversations are compared by it; empty when it says nothing. */
export const topicOf = (subject: string): string =>
  bareSubject(subject).normalize('NFKC').replace(/\s+/g, ' ').toLowerCase();

/** Whether the subject says that it hands on a mail of somebody else. */
export const isForward = (subject: string): boolean => /^\s*(?:fw|fwd|rv|tr|wg|enc|reenv[ií]o)\s*:/i.test(subject);

/** The numbers of records that a subject names: `[#CAS-000123]`. */
export const numbersIn = (subject: string): readonly string[] =>
  [...subject.matchAll(/\[#([\p{L}\p{N}][\p{L}\p{N}/._-]{0,59})\]/gu)].flatMap(([, number]) => number ?? []);
