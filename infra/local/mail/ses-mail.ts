// A message as SES describes it in events and receipts.
import PostalMime, { type Address, type Email } from 'postal-mime';

/** The `mail` object of SES: the message without its body. */
export type SesMail = {
  readonly timestamp: string;
  readonly source: string;
  readonly messageId: string;
  readonly destination: readonly string[];
  readonly headersTruncated: boolean;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly commonHeaders: Readonly<Record<string, string | readonly string[]>>;
};

/** A raw message with its envelope. */
export type Envelope = {
  readonly messageId: string;
  readonly at: Date;
  readonly from: string;
  readonly to: readonly string[];
};

/** Headers only: bodies may have megabytes. */
export const parseHeaders = (raw: Uint8Array): Promise<Email> => PostalMime.parse(headOf(raw));

/** Describes a message. */
export function describeMail({ messageId, at, from, to }: Envelope, head: Email): SesMail {
  const text = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value });
  const list = (name: string, value: readonly Address[] | undefined) =>
    value ? { [name]: value.map(formatAddress) } : {};
  return {
    timestamp: at.toISOString(),
    source: from,
    messageId,
    destination: to,
    headersTruncated: false,
    headers: head.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    commonHeaders: {
      ...text('returnPath', from),
      ...list('from', head.from && [head.from]),
      ...text('date', head.headers.find(({ key }) => key === 'date')?.value),
      ...list('to', head.to),
      ...list('cc', head.cc),
      ...list('replyTo', head.replyTo),
      ...text('messageId', head.messageId),
      ...text('subject', head.subject),
    },
  };
}

/** The bare addresses behind a header. */
export const bareAddresses = (addresses: readonly Address[] = []): readonly string[] =>
  addresses
    .flatMap(({ address, group }) => (group ? group.map((member) => member.address) : [address]))
    .filter((address) => address !== '');

/** The bytes before the first empty line. */
export const headOf = (raw: Uint8Array): Buffer => {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const ends = ['\r\n\r\n', '\n\n'].map((gap) => ({ at: bytes.indexOf(gap), gap })).filter(({ at }) => at !== -1);
  const [first] = ends.sort((one, other) => one.at - other.at);
  return first ? bytes.subarray(0, first.at + first.gap.length) : bytes;
};

const formatAddress = ({ name, address, group }: Address): string => {
  if (group) return group.map(formatAddress).join(', ');
  return name === '' ? address : `${name} <${address}>`;
};
