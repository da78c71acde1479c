import { DomainError, longText, object, text, type AnyRow, type Values } from '#kernel';
import { sendMail } from '#modules/platform/mail-out';
import type { StepKind } from '#modules/platform/workflows';
import { Account } from '#modules/parties/accounts';
import { Contact } from './contact.entity.ts';
import type { Context } from '#kernel';

const input = {
  subject: object(
    'MailCustomerSubject',
    { es: text({ max: 300, describes: 'In Spanish.' }), en: text({ max: 300, describes: 'In English.' }) },
    { describes: 'The subject, in the language of the reader.' },
  ),
  body: object(
    'MailCustomerBody',
    { es: longText({ describes: 'In Spanish.' }), en: longText({ describes: 'In English.' }) },
    { describes: 'The text.' },
  ),
};

type Reader = { readonly email: string; readonly locale: 'es' | 'en' };

/** To whom a mail about a record goes: its contact, else whom one speaks to at its account, else an address of its own. */
const readerOf = async ({ trusted, actor }: Context, record: AnyRow | undefined): Promise<Reader> => {
  const idOf = (prefix: string, value: unknown): string =>
    record?.id.startsWith(`${prefix}_`) === true ? record.id : typeof value === 'string' ? value : '';
  const contact = await trusted(Contact).find(idOf(Contact.idPrefix, record?.['contact']));
  const account = await trusted(Account).find(idOf(Account.idPrefix, record?.['account'] ?? contact?.account));
  const { mainContactEmail, email: ofAccount } = (account ?? {}) as Partial<Record<'mainContactEmail' | 'email', string>>;
  const own = record?.['email'];
  const email = contact?.email ?? mainContactEmail ?? ofAccount ?? (typeof own === 'string' ? own : undefined);
  if (email === undefined)
    throw new DomainError('NO_EMAIL', 'Neither contact nor account of the record has an e-mail address.');
  const language = contact?.language ?? actor.locale;
  return { email, locale: language.startsWith('en') ? 'en' : 'es' };
};

/** Mail to the customer of a record, whatever the record is: an order, an invoice, a contact. */
export const mailCustomerStep: StepKind = {
  key: 'mailCustomer',
  describes:
    'Mails the customer of the record - its contact, else the main contact or address of its account - in the language of the reader.',
  input,
  run: async (asked, { context, record }) => {
    const { subject, body } = asked as Values<typeof input>;
    const { email, locale } = await readerOf(context, record);
    const mail = await context.run(sendMail, {
      ...{ to: [email], subject: subject[locale], body: body[locale], locale },
      ...(record && { record: record.id }),
    });
    return { output: { id: mail.id } };
  },
};
