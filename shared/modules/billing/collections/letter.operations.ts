import { DomainError, given, sum, type Context, type Locale, type Money } from '#kernel';
import { localeOf } from '#modules/platform/settings';
import { storeFile } from '#modules/platform/files';
import { queueMail, type MailOrder, type MailRow } from '#modules/platform/mail-out';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import type { NumberedDebt } from './debts.operations.ts';
import type { DunnedAccountRow } from './dunned-account.entity.ts';
import { DunningLetter, type DunningLetterRow } from './dunning-letter.entity.ts';
import type { DunningPolicyRow } from './dunning-policy.entity.ts';
import { lateInterest, type Letter } from './dunning.rules.ts';
import { letterDocument, titleOf } from './letter.rules.ts';

/** The level from which on a letter costs something. */
const firstWithFee = 2;
/** Lines of one letter. */
const mostLines = 200;
/** Templates of the product's own letters go up to this level. */
const lastTemplate = 5;

type Order = {
  readonly account: DunnedAccountRow;
  readonly policy: DunningPolicyRow;
  readonly letter: Letter<NumberedDebt>;
  readonly case?: string;
};

/** Writes a letter: the document, the mail where it goes out by mail, and the note of both. Part of the caller's write. */
export const sendLetter = async (
  context: Context,
  { account, policy, letter, case: id }: Order,
): Promise<DunningLetterRow> => {
  const sentOn = context.clock.today();
  const fee = letter.level >= firstWithFee ? policy.fee : undefined;
  const lines = linesOf(letter, policy.interest, sentOn);
  const content = { level: letter.level, sentOn, lines, total: totalsOf(lines, fee), ...given({ fee }) };
  const locale = localeOf(account.locale, context.actor.locale);
  const pdf = await renderLetter(context, account, content, locale);
  const sent = policy.method === 'MAIL' ? await mailLetter(context, { account, policy, content, locale, pdf }) : {};
  return context
    .trusted(DunningLetter)
    .create({ ...content, account: account.id, pdf, ...given({ case: id }), ...sent });
};

type Content = Pick<DunningLetterRow, 'level' | 'sentOn' | 'lines' | 'total' | 'fee'>;

const linesOf = (
  { debts }: Letter<NumberedDebt>,
  interest: string | undefined,
  today: string,
): DunningLetterRow['lines'] =>
  debts.slice(0, mostLines).map(({ id, number, dueOn, open }) => ({
    ...{ invoice: id, number, dueOn, open },
    ...(interest !== undefined && { interest: lateInterest(open, dueOn, today, interest) }),
  }));

/** What the lines come to with interest, by currency; the fee in its own. */
const totalsOf = (lines: DunningLetterRow['lines'], fee: Money | undefined): readonly Money[] => {
  const amounts = [
    ...lines.flatMap(({ open, interest }) => (interest ? [open, interest] : [open])),
    ...(fee ? [fee] : []),
  ];
  return [...Map.groupBy(amounts, ({ currency }) => currency)].map(([currency, of]) => sum(of, currency));
};

const renderLetter = async (
  context: Context,
  account: DunnedAccountRow,
  content: Content,
  locale: Locale,
): Promise<string> => {
  const { actor, clock } = context;
  const { street, city } = account.addresses?.[0] ?? {};
  const place = [street, city].filter((part) => part !== undefined).join(', ');
  const to = { name: account.legalName ?? account.name, lines: place === '' ? [] : [place] };
  const model = letterDocument(content, to, { locale, madeAt: clock.instant() });
  const writing = { locale, country: actor.country, timeZone: actor.timeZone };
  const body = await renderDocument(model, await letterheadOf(context), writing);
  const name = `${titleOf(content.level, locale)}.pdf`;
  return (await storeFile(context, { name, contentType: 'application/pdf', body, record: account.id })).id;
};

type Mailing = Pick<Order, 'account' | 'policy'> & {
  readonly content: Content;
  readonly locale: Locale;
  readonly pdf: string;
};

/** A letter that cannot go out by mail is still written; it says why. */
const mailLetter = async (
  context: Context,
  { account, policy, content, locale, pdf }: Mailing,
): Promise<Pick<DunningLetterRow, 'mail' | 'to' | 'problem'>> => {
  const to = account.mainContactEmail ?? account.email;
  if (to === undefined) return { problem: 'The account has no e-mail address.' };
  const own = policy.levels.find(({ level }) => level === content.level)?.template;
  const { name: company } = await letterheadOf(context);
  const mail = await sendOrSay(context, {
    to: [to],
    template: own ?? `dunning-${String(Math.min(content.level, lastTemplate))}`,
    locale,
    record: account.id,
    attachments: [pdf],
    data: { name: account.mainContactName ?? account.name, company, lines: content.lines },
    ...given({ owner: account.ownerId }),
  });
  return typeof mail === 'string' ? { to, problem: mail } : { to, mail: mail.id };
};

const sendOrSay = async (context: Context, order: MailOrder): Promise<MailRow | string> => {
  try {
    return await queueMail(context, order);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.message.slice(0, 300);
  }
};
