import {
  boolean,
  choice,
  dateTime,
  DomainError,
  email,
  given,
  integer,
  json,
  list,
  longText,
  mutation,
  optional,
  ref,
  text,
  type AnyRow,
  type Context,
} from '#kernel';
import { readableFile, storeFile } from '#modules/platform/files';
import { escapeHtml } from '#modules/platform/links';
import { User } from '#modules/platform/users';
import { campaign, Mail, mailImage, type MailRow } from './mail.entity.ts';
import { senderOf } from './mail.rules.ts';
import { asValues, visibleRecord } from './mail-template.operations.ts';
import { brandOf, renderMail, type Rendered, type Wording } from './rendering.operations.ts';
import { wordingFor } from './template-settings.operations.ts';
import { assertWelcome } from './welcome.operations.ts';

/** A mail to be sent. Either a template or a subject and a body; modules may put signed links into it. */
export type MailOrder = {
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly replyTo?: string;
  readonly template?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly record?: string;
  readonly locale?: 'es' | 'en';
  readonly kind?: 'TRANSACTIONAL' | 'MARKETING';
  readonly attachments?: readonly string[];
  readonly images?: MailRow['images'];
  readonly links?: MailRow['links'];
  /** An invitation that calendar programs understand (iMIP, RFC 6047). */
  readonly calendar?: NonNullable<MailRow['calendar']>;
  readonly sendAt?: string;
  readonly owner?: string;
  readonly campaign?: string;
  /** The rule that sends it. */
  readonly rule?: string;
  /** Its id, where the same order must never make two mails. */
  readonly id?: string;
  /** The conversation that it continues, and what it answers there (RFC 5322). */
  readonly thread?: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  /** Answers come to the product, to be filed with the thread or with this mail. */
  readonly answersHere?: boolean;
};

/** Bytes of HTML above which it is kept as a file: a part item of the table holds 400 KB, with the plain text. */
const mostInRow = 120_000;

/**
 * Writes a mail into the ledger; it goes out once the unit of work is written, and nothing can lose it then.
 * @throws SUPPRESSED, NO_CONSENT, TEMPLATE_NOT_FOUND, TEMPLATE_INVALID, NOT_FOUND, BAD_INPUT
 */
export const queueMail = async (context: Context, order: MailOrder): Promise<MailRow> => {
  const { to, cc = [], kind = 'TRANSACTIONAL', attachments = [], images = [], links = [] } = order;
  await assertWelcome(context, { to, cc, kind });
  for (const id of [...attachments, ...images.map(({ file }) => file)]) await readableFile(context, id);
  const record = order.record === undefined ? undefined : await visibleRecord(context, order.record);
  const locale = order.locale ?? (await languageOf(context, to, record));
  const rendered = await renderMail(context, await wordingOf(context, order, locale), {
    locale,
    data: order.data ?? {},
    links: links.map(({ name }) => name),
    ...(record && { record }),
  });
  const values = {
    to,
    cc,
    kind,
    locale,
    attachments,
    images,
    links,
    subject: rendered.subject,
    from: senderOf((await brandOf(context)).sender, context.ports.addresses.mailDomain()),
    ...(await bodyOf(context, rendered)),
    attempts: 0,
    possibleDuplicate: false,
    deliveredTo: [],
    problems: [],
    correlationId: context.correlationId,
    ...keptOf(order),
    ...(await answersTo(context, order)),
  };
  const mail = context.trusted(Mail).create(values, given({ id: order.id }));
  context.afterCommit(() => hint(context, mail));
  return mail;
};

/** What is kept as it was ordered. */
const keptOf = ({ record, template, calendar, sendAt, owner, ...order }: MailOrder) => {
  const { campaign, rule, thread, inReplyTo, references, answersHere } = order;
  return given({
    about: record,
    ...{ template, calendar, sendAt, owner, campaign, rule },
    ...{ thread, inReplyTo, references, answersHere },
  });
};

/** Answers go to the person who sends, not to the product. */
const answersTo = async (context: Context, { replyTo }: MailOrder): Promise<{ readonly replyTo?: string }> => {
  if (replyTo !== undefined) return { replyTo };
  const { userId } = context.actor;
  const sender = userId === undefined ? undefined : await context.trusted(User).find(userId);
  return sender ? { replyTo: sender.email } : {};
};

const bodyOf = async (context: Context, { subject, html, text: plain }: Rendered) => {
  const inText = { format: 'TEXT' as const, content: plain.slice(0, mostInRow / 2) };
  if (Buffer.byteLength(html) <= mostInRow) return { body: [{ format: 'HTML' as const, content: html }, inText] };
  const file = await storeFile(context, {
    name: `${subject.slice(0, 100)}.html`,
    contentType: 'text/html',
    body: html,
  });
  return { body: [inText], bodyFile: file.id };
};

/** Tells the queue. It may be lost: the mail's own timer tells it again. */
export const hint = async (
  { ports, actor, clock, log }: Pick<Context, 'ports' | 'actor' | 'clock' | 'log'>,
  { id, sendAt }: Pick<MailRow, 'id' | 'sendAt'>,
): Promise<void> => {
  if (sendAt !== undefined && sendAt > clock.now().toISOString()) return;
  try {
    await ports.queues.send('mail-out', [{ body: { tenant: actor.tenant, mail: id } }]);
  } catch (error) {
    log.warn('A mail was not announced to its queue; its timer will do it.', { mail: id, error: String(error) });
  }
};

const wordingOf = (context: Context, { template, subject, body }: MailOrder, locale: 'es' | 'en'): Promise<Wording> => {
  if (template !== undefined) return wordingFor(context, template, locale);
  if (subject === undefined || body === undefined)
    throw new DomainError('BAD_INPUT', 'A mail needs a template, or a subject and a body.', ['template']);
  return Promise.resolve({ subject, body });
};

/** The reader's language: of the person of that address, else of the record, else the tenant's. */
const languageOf = async (
  { trusted, actor }: Context,
  to: readonly string[],
  record: AnyRow | undefined,
): Promise<'es' | 'en'> => {
  const person = await trusted(User).findUnique('email', to[0] ?? '');
  const spoken = person?.locale ?? record?.['language'] ?? record?.['locale'];
  const [language] = typeof spoken === 'string' ? spoken.split('-') : [];
  return language === 'es' || language === 'en' ? language : actor.locale;
};

export const sendMail = mutation('sendMail', {
  describes:
    'Sends a mail of a template, or with a subject and a body of its own, in the language of its reader. It stands in the ledger at once and goes out within seconds; its status says what becomes of it.',
  needs: 'mail.send',
  input: {
    to: list(email({ describes: 'An address.' }), { max: 40, describes: 'Who gets it.' }),
    cc: optional(list(email({ describes: 'An address.' }), { max: 10, describes: 'Who gets a copy.' })),
    replyTo: optional(email({ describes: "Where answers go; the sender's own address when not said." })),
    template: optional(text({ max: 60, describes: 'The key of a template.' })),
    subject: optional(text({ max: 300, describes: 'The subject, where no template is named.' })),
    body: optional(
      longText({ max: 100_000, describes: 'The text in HTML or plain text, where no template is named.' }),
    ),
    data: optional(json({ describes: 'Values for placeholders, by name.' })),
    record: optional(ref('*', { describes: 'The record that it is about: for placeholders, and its timeline.' })),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: "Its language; the reader's when not said." })),
    kind: optional(
      choice(['TRANSACTIONAL', 'MARKETING'], {
        named: 'MailKind',
        describes: 'MARKETING can be unsubscribed from; TRANSACTIONAL when not said.',
      }),
    ),
    attachments: optional(list(ref('File'), { max: 20, describes: 'Files that go with it.' })),
    images: optional(
      list(mailImage, { max: 20, describes: 'Pictures within the text, which names them as cid:<cid>.' }),
    ),
    sendAt: optional(dateTime({ describes: 'Not before this moment.' })),
    campaign: optional(campaign('The campaign that it belongs to.')),
    answersHere: optional(
      boolean({ describes: 'Answers come to the product, which files them with this mail; else to the sender.' }),
    ),
  },
  returns: Mail,
  fails: ['SUPPRESSED', 'NO_CONSENT', 'TEMPLATE_NOT_FOUND', 'TEMPLATE_INVALID', 'FILE_NOT_UPLOADED'],
  run: ({ data, ...order }, context) => {
    if (order.to.length === 0) throw new DomainError('BAD_INPUT', 'A mail needs somebody to go to.', ['to']);
    if (order.kind === 'MARKETING' && order.to.length + (order.cc?.length ?? 0) > 1)
      throw new DomainError('BAD_INPUT', 'Marketing goes to one person at a time, who may unsubscribe.', ['to']);
    const own = ownWording(order);
    return queueMail(context, { ...order, ...own, data: asValues(data) });
  },
});

/** A plain text of a person is shown as it was typed. */
const ownWording = ({ body }: { readonly body?: string }): { readonly body?: string } =>
  body === undefined || /<\/?[a-z][^>]*>/i.test(body)
    ? {}
    : { body: escapeHtml(body).replaceAll('&#39;', "'").replaceAll('&quot;', '"') };

export const retryMail = mutation('retryMail', {
  describes: 'Sends a mail that failed once more.',
  needs: 'mail.send',
  input: {
    id: ref('Mail', { describes: 'Which one.' }),
    version: optional(integer({ min: 1, describes: 'The version that the change was made on.' })),
  },
  returns: Mail,
  fails: ['SUPPRESSED', 'NO_CONSENT'],
  run: async ({ id }, context) => {
    const mail = await context.data(Mail).get(id);
    await assertWelcome(context, mail);
    const now = context.clock.instant();
    const queued = context.data(Mail).move(mail, 'QUEUED', { triedAt: now, sendAt: now }, { event: 'mail.retried' });
    context.afterCommit(() => hint(context, queued));
    return queued;
  },
});
