import {
  DomainError,
  longText,
  object,
  prefixOf,
  text,
  type AnyEntity,
  type AnyRow,
  type Context,
  type Locale,
  type Row,
  type Values,
} from '#kernel';
import { localeOf } from '#modules/platform/settings';
import { sendMail } from '#modules/platform/mail-out';
import type { StepKind } from '#modules/platform/workflows';
import { Account } from '#modules/parties/accounts';
import { Contact } from './contact.entity.ts';

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

type Reader = { readonly email: string; readonly locale: Locale };

/** The record itself where it is of this kind, else the one that it names. */
const related = async <E extends AnyEntity>(
  { trusted }: Context,
  of: E,
  field: string,
  record: AnyRow | undefined,
): Promise<Row<E> | undefined> => {
  const id = record && prefixOf(record.id) === of.idPrefix ? record.id : record?.[field];
  return typeof id === 'string' ? trusted(of).find(id) : undefined;
};

/** To whom a mail about a record goes: its contact, else whom one speaks to at its account, else an address of its own. */
const readerOf = async (context: Context, record: AnyRow | undefined): Promise<Reader> => {
  const contact = await related(context, Contact, 'contact', record);
  const account = await related(context, Account, 'account', contact ?? record);
  const known = [contact?.email, account?.mainContactEmail, account?.email, record?.['email']];
  const email = known.find((each) => typeof each === 'string');
  if (email === undefined)
    throw new DomainError('NO_EMAIL', 'Neither contact nor account of the record has an e-mail address.');
  return { email, locale: localeOf(contact?.language, context.actor.locale) };
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
