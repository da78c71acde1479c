import { given, type Context, type Locale } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { File, fileKey, type FileRow } from '#modules/platform/files';
import { codePurpose, fileLink, markup, oneTimeCode } from '#modules/platform/links';
import type { MailRow } from './mail.entity.ts';
import { filesMark } from './mail-layout.rules.ts';
import { divideAttachments, unsubscribeLink, withLinks } from './mail.rules.ts';
import { later } from './outgoing.rules.ts';
import { threadAddress, threadHeader, unsubscribeAddress } from './thread-address.rules.ts';

/** How long a file that was too large for the mail can be fetched, and how long one can unsubscribe: 60 days. */
const linkMinutes = 60 * 24 * 60;

/** The whole message as the mail service takes it: text in both forms, pictures, files, headers. Links are signed here. */
export const composeMail = async (context: Context, mail: MailRow): Promise<Uint8Array> => {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const leaving = mail.kind === 'MARKETING' ? await leavingUrl(context, mail) : undefined;
  const content = await contentOf(context, mail, leaving);
  const filed = await filedAt(context, mail);
  const composer = new MailComposer({
    from: mail.from,
    to: [...mail.to],
    cc: [...mail.cc],
    ...given({ replyTo: mail.answersHere ? filed : mail.replyTo, inReplyTo: mail.inReplyTo }),
    references: [...(mail.references ?? [])],
    subject: mail.subject,
    text: content.text,
    html: content.html,
    attachments: [...content.attachments],
    ...(mail.calendar && { icalEvent: { ...mail.calendar, filename: 'invite.ics' } }),
    date: context.clock.now(),
    headers: {
      'Content-Language': mail.locale,
      [threadHeader]: filed,
      ...automaticHeaders(mail),
      ...(await leavingHeaders(context, mail, leaving)),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
};

/** Answers that come to the product are filed with the conversation, or with the mail that they answer. */
const filedAt = async ({ ports, actor }: Context, { thread, id }: MailRow): Promise<string> => {
  const target = { tenant: actor.tenant, record: thread ?? id };
  return threadAddress(await ports.secrets.get('signing'), target, ports.addresses.mailDomain());
};

type Attachment = {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly cid?: string;
};

const contentOf = async (context: Context, mail: MailRow, leaving: string | undefined) => {
  const images = await filesOf(
    context,
    mail.images.map(({ file }) => file),
  );
  const files = await filesOf(context, mail.attachments);
  const written = await bodyOf(context, mail);
  const size = images.reduce((sum, { size }) => sum + size, Buffer.byteLength(written.html) + written.text.length);
  const { attached, linked } = divideAttachments(files, size);
  const body = withFileLinks(written, await linksTo(context, linked), mail.locale);
  const urls = new Map([
    ...(await signedLinks(context, mail)),
    ...(leaving === undefined ? [] : [[unsubscribeLink, leaving] as const]),
  ]);
  const shown = mail.images.map(({ cid }, index) => ({ cid, file: images[index] }));
  return {
    html: withLinks(body.html, urls),
    text: withLinks(body.text, urls),
    attachments: await Promise.all([
      ...attached.map((file) => attachmentOf(context, file)),
      ...shown.flatMap(({ cid, file }) => (file ? [attachmentOf(context, file, cid)] : [])),
    ]),
  };
};

const bodyOf = async ({ trusted, ports, actor }: Context, { body, bodyFile }: MailRow) => {
  const part = (format: 'HTML' | 'TEXT'): string => body.find((each) => each.format === format)?.content ?? '';
  if (bodyFile === undefined) return { html: part('HTML'), text: part('TEXT') };
  const file = await trusted(File).get(bodyFile);
  const bytes = await ports.files.get(fileKey(actor.tenant, file.id));
  if (!bytes) throw new Error(`The text of a mail is not in the storage: ${file.id}.`);
  return { html: Buffer.from(bytes).toString('utf8'), text: part('TEXT') };
};

const filesOf = async ({ trusted }: Context, ids: readonly string[]): Promise<readonly FileRow[]> => {
  const found = await trusted(File).getMany(ids);
  return ids.map((id) => {
    const file = found.get(id);
    if (!file) throw new Error(`A file of a mail is not there: ${id}.`);
    return file;
  });
};

const attachmentOf = async ({ ports, actor }: Context, file: FileRow, cid?: string): Promise<Attachment> => {
  const bytes = await ports.files.get(fileKey(actor.tenant, file.id));
  if (!bytes) throw new Error(`The bytes of a file are not in the storage: ${file.id}.`);
  return {
    filename: file.name,
    contentType: file.contentType,
    content: Buffer.from(bytes),
    ...(cid !== undefined && { cid }),
  };
};

type FileLink = { readonly name: string; readonly url: string };

const linksTo = (context: Context, files: readonly FileRow[]): Promise<readonly FileLink[]> => {
  const until = later(context.clock.instant(), linkMinutes);
  return Promise.all(files.map(async ({ id, name }) => ({ name, url: await fileLink(context, id, until) })));
};

const downloads = { es: 'Archivos para descargar (60 días)', en: 'Files to download (60 days)' } as const;

const withFileLinks = (body: { html: string; text: string }, files: readonly FileLink[], locale: Locale) => {
  if (files.length === 0) return body;
  const rows = files.map(({ name, url }) => markup`<br /><a href="${url}">${name}</a>`);
  const note = markup`<p style="border-top:1px solid #e5e7eb;padding-top:12px"><b>${downloads[locale]}</b>${rows}</p>`
    .html;
  return {
    html: body.html.replace(filesMark, () => note),
    text: `${body.text}\n\n${downloads[locale]}\n${files.map(({ name, url }) => `${name}: ${url}`).join('\n')}`,
  };
};

const signedLinks = async (context: Context, { links }: MailRow): Promise<ReadonlyMap<string, string>> =>
  new Map(await Promise.all(links.map(async ({ name, ...link }) => [name, await linkOrCode(context, link)] as const)));

const linkOrCode = (context: Context, link: Omit<MailRow['links'][number], 'name'>): Promise<string> =>
  link.purpose === codePurpose ? oneTimeCode(context, link) : linkTo(context, link);

/** RFC 3834: mails that nobody wrote ask for no automatic answers. */
const automaticHeaders = (mail: MailRow): Readonly<Record<string, string>> => {
  const { automatic, rule, replyTo, answersHere, inReplyTo } = mail;
  const isAutomatic = automatic === true || rule !== undefined || (replyTo === undefined && !answersHere);
  return isAutomatic ? { 'Auto-Submitted': inReplyTo === undefined ? 'auto-generated' : 'auto-replied' } : {};
};

/** The page by which one unsubscribes. */
const leavingUrl = (context: Context, { id: record }: MailRow): Promise<string> =>
  linkTo(context, { purpose: 'unsubscribe', record, until: later(context.clock.instant(), linkMinutes) });

/** RFC 8058: mail programs show a button that posts to this address; others write to the second one (RFC 2369). */
const leavingHeaders = async (
  { ports, actor }: Context,
  mail: MailRow,
  url: string | undefined,
): Promise<Readonly<Record<string, string>>> => {
  if (url === undefined) return {};
  const target = { tenant: actor.tenant, record: mail.id };
  const address = unsubscribeAddress(await ports.secrets.get('signing'), target, ports.addresses.mailDomain());
  return {
    'List-Unsubscribe': `<${url}>, <mailto:${address}?subject=unsubscribe>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    Precedence: 'bulk',
  };
};
