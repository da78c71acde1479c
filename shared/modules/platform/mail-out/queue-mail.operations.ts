import { DomainError, given, type AnyRow, type Context, type Locale } from '#kernel';
import { localeOf } from '#modules/platform/settings';
import { readableFile, storeFile } from '#modules/platform/files';
import { User } from '#modules/platform/users';
import { countAnswer, isAutomatic } from './automatic.operations.ts';
import { hint } from './hint.operations.ts';
import { Mail, type MailRow } from './mail.entity.ts';
import { senderOf } from './mail.rules.ts';
import { visibleRecord } from './mail-template.operations.ts';
import { isMjml } from './mjml.operations.ts';
import type { Wording } from './liquid.operations.ts';
import { brandOf, renderMail, type Rendered } from './rendering.operations.ts';
import { signatureOf } from './signature.operations.ts';
import { wordingFor } from './template-settings.operations.ts';
import { refuse } from './refuse.operations.ts';
import { refusalsOf, throwRefusals } from './welcome.operations.ts';

/** A mail to be sent. Either a template or a subject and a body; modules may put signed links into it. */
export type MailOrder = {
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly replyTo?: string;
  readonly template?: string;
  readonly subject?: string;
  readonly body?: string;
  /** Words that were looked up already. */
  readonly wording?: Wording;
  /** A mail to try words out: it hangs on no record. */
  readonly isTest?: true;
  readonly data?: Readonly<Record<string, unknown>>;
  /** What it is about: the placeholders show it, so that the actor must see it, and it stands on its timeline. */
  readonly record?: string;
  /** What it is about where no placeholder shows it, and the actor need not see it. */
  readonly about?: string;
  readonly locale?: Locale;
  readonly kind?: 'TRANSACTIONAL' | 'MARKETING';
  /** Of marketing: what for, and whose word it goes by; a yes where it does not say. */
  readonly purpose?: string;
  readonly consent?: 'GRANTED' | 'NOT_REFUSED';
  /** Nobody is there to be told: what may not go out stands in the ledger as REFUSED, with why. */
  readonly keepsRefusals?: true;
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
 * @throws SUPPRESSED, NO_CONSENT, TOO_MANY_ANSWERS, TEMPLATE_NOT_FOUND, TEMPLATE_INVALID, NOT_FOUND, BAD_INPUT
 */
export const queueMail = async (context: Context, order: MailOrder): Promise<MailRow> => {
  const { to, cc = [], kind = 'TRANSACTIONAL' } = order;
  const refusals = await refusalsOf(context, { ...order, kind });
  if (order.keepsRefusals !== true) throwRefusals(order, refusals);
  const automatic = isAutomatic(context, order);
  if (automatic) await countAnswer(context, order);
  const files = await filesOf(context, order);
  const { rendered, locale } = await writtenOut(context, order);
  const values = {
    ...{ to, cc, kind, locale, automatic },
    ...files,
    links: order.links ?? [],
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
  if (refusals.length > 0) return refuse(context, mail, refusals);
  context.afterCommit(() => hint(context, mail));
  return mail;
};

const filesOf = async (context: Context, { attachments = [], images = [] }: MailOrder) => {
  for (const id of [...attachments, ...images.map(({ file }) => file)]) await readableFile(context, id);
  return { attachments, images };
};

/** The words in the language of the reader, with the record in them, and signed where somebody wrote freely. */
const writtenOut = async (context: Context, order: MailOrder) => {
  const record = order.record === undefined ? undefined : await visibleRecord(context, order.record);
  const locale = order.locale ?? (await languageOf(context, order.to, record));
  const signature = await signatureOf(context, order.owner ?? context.actor.userId);
  const material = { locale, data: order.data ?? {}, links: (order.links ?? []).map(({ name }) => name) };
  const rendered = await renderMail(context, await wordingOf(context, order, locale), {
    ...material,
    ...given({ record, signature }),
    isSigned: order.body !== undefined,
    isMarketing: order.kind === 'MARKETING',
  });
  return { rendered, locale };
};

/** What is kept as it was ordered. */
const keptOf = ({ record, about = record, isTest, template, calendar, sendAt, owner, ...order }: MailOrder) => {
  const { campaign, rule, purpose, consent, thread, inReplyTo, references, answersHere } = order;
  return given({
    about: isTest ? undefined : about,
    ...{ template, calendar, sendAt, owner, campaign, rule, purpose, consent },
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

const wordingOf = (
  context: Context,
  { wording, template, subject, body }: MailOrder,
  locale: Locale,
): Promise<Wording> => {
  if (wording) return Promise.resolve(wording);
  if (template !== undefined) return wordingFor(context, template, locale);
  if (subject === undefined || body === undefined)
    throw new DomainError('BAD_INPUT', 'A mail needs a template, or a subject and a body.', ['template']);
  if (isMjml(body)) throw new DomainError('TEMPLATE_INVALID', 'MJML is for templates.', ['body']);
  return Promise.resolve({ subject, body });
};

/** The reader's language: of the person of that address, else of the record, else the tenant's. */
const languageOf = async (
  { trusted, actor }: Context,
  to: readonly string[],
  record: AnyRow | undefined,
): Promise<Locale> => {
  const person = await trusted(User).findUnique('email', to[0] ?? '');
  const spoken = person?.locale ?? record?.['language'] ?? record?.['locale'];
  return localeOf(typeof spoken === 'string' ? spoken : undefined, actor.locale);
};
