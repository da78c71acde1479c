// A mail opened: what a person reads, and what hangs on it.
import PostalMime, { type Attachment, type Email } from 'postal-mime';

/** A file that came with a mail. */
export type MailFile = {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly contentId: string | undefined;
  readonly bytes: Uint8Array;
};

/** What is inside. */
export type MailContent = {
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly messageId: string | undefined;
  readonly inReplyTo: string | undefined;
  readonly files: readonly MailFile[];
};

/** Opens a raw message. One that cannot be parsed shows as its source. */
export async function openMail(raw: Buffer): Promise<MailContent> {
  const email = await PostalMime.parse(raw).catch((): Email => ({
    headers: [],
    headerLines: [],
    attachments: [],
    text: raw.toString('latin1'),
  }));
  return {
    text: email.text,
    html: email.html,
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    messageId: email.messageId,
    inReplyTo: email.inReplyTo,
    files: email.attachments.map(toFile),
  };
}

const toFile = (attachment: Attachment, index: number): MailFile => {
  const bytes = bytesOf(attachment);
  return {
    name: attachment.filename ?? `part-${index + 1}`,
    type: attachment.mimeType,
    size: bytes.length,
    contentId: attachment.contentId?.replace(/^<|>$/g, ''),
    bytes,
  };
};

const bytesOf = ({ content, encoding }: Attachment): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content, encoding ?? 'utf8') : new Uint8Array(content);
