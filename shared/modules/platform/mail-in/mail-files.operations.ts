import { derivedId, DomainError, type Context } from '#kernel';
import { assertStorable, storeFile } from '#modules/platform/files';
import type { MailFile } from './parsed-mail.rules.ts';
import type { Trace } from './trace.rules.ts';

/** Files that are taken out of one mail; the others stay in the mail itself, which is kept whole. */
const mostFiles = 30;

const fileId = (mail: string, part: string): string => derivedId('fil', 'mail-file', [mail, part]);

/** Keeps a mail as it came. Its id follows from the mail's, so that a second try writes the same bytes to the same place. */
export const storeRaw = async (context: Context, mail: string, raw: Uint8Array): Promise<string> => {
  const made = { name: 'mail.eml', contentType: 'message/rfc822', body: raw, record: mail };
  return (await storeFile(context, { ...made, id: fileId(mail, 'raw') })).id;
};

/** Keeps the files of a mail; programs and web pages are left in the mail. Answers their ids. */
export const storeAttachments = async (
  context: Context,
  mail: string,
  files: readonly MailFile[],
  trace: Trace,
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (const [index, file] of files.slice(0, mostFiles).entries()) {
    const refusal = refusalOf(file);
    if (refusal !== undefined) trace.note('ATTACHMENT', file.name, false, refusal);
    else {
      const made = { name: file.name, contentType: file.contentType, body: file.bytes, record: mail };
      ids.push((await storeFile(context, { ...made, id: fileId(mail, String(index)) })).id);
    }
  }
  if (files.length > mostFiles)
    trace.note('ATTACHMENT', 'COUNT', false, `${String(files.length - mostFiles)} more files stay in the mail itself.`);
  return ids;
};

const refusalOf = ({ name, contentType, bytes }: MailFile): string | undefined => {
  try {
    assertStorable(name, contentType, bytes.length);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return `It stays in the mail itself: ${error.message}`;
    throw error;
  }
};
