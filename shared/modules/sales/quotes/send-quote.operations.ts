import {
  choice,
  defaulted,
  DomainError,
  given,
  longText,
  mutation,
  optional,
  ref,
  text,
  versionInput,
  type Context,
  type Locale,
} from '#kernel';
import { openTaxBook } from '#modules/catalog/taxes';
import { Account } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { storeFile } from '#modules/platform/files';
import { queueMail } from '#modules/platform/mail-out';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import { dayAfter, dayStart, localeOf } from '#modules/platform/settings';
import { sha256 } from '#modules/platform/signing';
import { User } from '#modules/platform/users';
import { quoteDocument } from './quote-document.rules.ts';
import { askFirst } from './quote-approval.operations.ts';
import { accept, askSignature, signingChoices } from './quote-signing.operations.ts';
import { picturesOf } from './quote-pictures.operations.ts';
import { Quote, type QuoteRow } from './quote.entity.ts';

/** The purpose of the link to an offer, and of its page. */
export const purpose = 'quote';

export const sendQuote = mutation('sendQuote', {
  describes:
    'Sends an offer: the document is made and kept as it is, the contact gets a mail with it and a link to its page. Where a policy of the kind `quote` asks for it because of the amount that is given away, or a limit of the sender is passed, approvers are asked first, and it is sent when it is called again; who decides about limits says the policy of the kind `quote.limit`.',
  needs: 'quote.send',
  input: {
    id: ref('Quote', { describes: 'Which one: a draft, or an approved one.' }),
    version: versionInput,
    message: optional(longText({ max: 5000, describes: 'What is said in the mail, in plain text.' })),
    signature: defaulted(
      choice(signingChoices, {
        named: 'QuoteSigning',
        describes:
          'How it can be accepted on its page: by signing with a code to the address of the contact, with the link alone, or not at all.',
      }),
      'EMAIL_OTP',
    ),
  },
  returns: Quote,
  fails: ['NO_CONTACT', 'NO_EMAIL', 'ALREADY_OVER', 'SUPPRESSED', 'NO_APPROVER', 'NO_APPROVAL_POLICY'],
  run: async ({ id, message, signature }, context) => {
    const quote = await context.data(Quote).get(id);
    if (quote.status !== 'DRAFT' && quote.status !== 'APPROVED')
      throw new DomainError('INVALID_STATE', `It is ${quote.status}; a draft or an approved offer is sent.`, ['id']);
    if (quote.validUntil < context.clock.today())
      throw new DomainError('ALREADY_OVER', 'Its last day has passed; change it, or make a new version of it.', ['id']);
    const contact = await receiverOf(quote, context);
    const asked = quote.status === 'DRAFT' ? await askFirst(context, quote) : undefined;
    return asked ?? send(quote, contact, given({ message, signature }), context);
  },
});

type Receiver = ContactRow & { readonly email: string };

const receiverOf = async ({ contact: id }: QuoteRow, { data }: Context): Promise<Receiver> => {
  if (id === undefined) throw new DomainError('NO_CONTACT', 'Say which contact gets the offer.', ['id']);
  const contact = await data(Contact).get(id);
  if (contact.email === undefined) throw new DomainError('NO_EMAIL', `${contact.name} has no e-mail address.`, ['id']);
  return { ...contact, email: contact.email };
};

type Wishes = { readonly message?: string; readonly signature: (typeof signingChoices)[number] };

const send = async (
  quote: QuoteRow,
  contact: Receiver,
  { message, signature }: Wishes,
  context: Context,
): Promise<QuoteRow> => {
  const locale = quote.locale ?? localeOf(contact.language, context.actor.locale);
  const body = await renderQuote(quote, contact, locale, context);
  const pdf = await storeFile(context, {
    name: `${quote.name.replace('/', '-')}.pdf`,
    contentType: 'application/pdf',
    body,
    record: quote.id,
  });
  const openUntil = dayStart(dayAfter(quote.validUntil, 1), context.actor.timeZone);
  await mailQuote(context, quote, { contact, message, locale, openUntil, pdf: pdf.id });
  const document = { file: pdf.id, sha256: sha256(body) };
  const asked = await askSignature(context, quote, {
    ...{ contact, document, locale },
    until: openUntil,
    authentication: signature,
  });
  const sent = { pdf: pdf.id, pdfSha256: document.sha256, openUntil, sentAt: context.clock.instant(), locale };
  return context.data(Quote).move(quote, 'SENT', { ...sent, ...asked });
};

type Leaving = {
  readonly contact: Receiver;
  readonly message: string | undefined;
  readonly locale: Locale;
  readonly openUntil: string;
  readonly pdf: string;
};

const mailQuote = async (
  context: Context,
  quote: QuoteRow,
  { contact, message, locale, openUntil, pdf }: Leaving,
): Promise<void> => {
  await queueMail(context, {
    to: [contact.email],
    template: 'quote',
    locale,
    data: {
      subject: quote.subject,
      number: quote.name,
      name: contact.firstName ?? contact.name,
      message,
      total: quote.total,
      until: openUntil,
    },
    record: quote.id,
    attachments: [pdf],
    links: [{ name: 'open', purpose, record: quote.id, until: openUntil }],
    ...given({ owner: quote.owner }),
  });
};

const renderQuote = async (
  quote: QuoteRow,
  contact: ContactRow,
  locale: Locale,
  context: Context,
): Promise<Uint8Array> => {
  const { actor, clock, trusted } = context;
  const [account, owner, letterhead, book, pictures] = await Promise.all([
    trusted(Account).get(quote.account),
    quote.owner === undefined ? undefined : trusted(User).find(quote.owner),
    letterheadOf(context),
    openTaxBook(context, quote.pricedOn),
    picturesOf(context, quote),
  ]);
  const lines = [
    account.taxId,
    [account.addresses?.[0]?.street, account.addresses?.[0]?.city].filter(Boolean).join(', '),
  ];
  const model = quoteDocument(
    quote,
    given({
      account: {
        name: account.legalName ?? account.name,
        lines: lines.flatMap((line) => (line === undefined || line === '' ? [] : [line])),
      },
      contact: contact.name,
      owner: owner?.name,
    }),
    {
      locale,
      madeAt: clock.instant(),
      taxNames: new Map(book.rates.map((rate) => [rate.code, rate[locale]])),
      pictures,
    },
  );
  return renderDocument(model, letterhead, { locale, country: actor.country, timeZone: actor.timeZone });
};

const decided = {
  id: ref('Quote', { describes: 'The version that was sent.' }),
  version: versionInput,
  by: text({ min: 1, max: 200, describes: 'Who decided on the customer’s side.' }),
};

export const acceptQuote = mutation('acceptQuote', {
  describes:
    'Notes that the customer has accepted, where that was said in another way than by signing. The offer can no longer change.',
  needs: 'quote.accept',
  input: decided,
  returns: Quote,
  fails: ['QUOTE_EXPIRED'],
  run: async ({ id, by }, context) => {
    const quote = await context.data(Quote).get(id);
    return accept(context, context.data(Quote), quote, { decidedBy: by });
  },
});

export const rejectQuote = mutation('rejectQuote', {
  describes: 'Notes that the customer has declined, and why.',
  needs: 'quote.accept',
  input: { ...decided, reason: text({ min: 1, max: 500, describes: 'Why.' }) },
  returns: Quote,
  run: async ({ id, by, reason }, { data, clock }) =>
    data(Quote).move(await data(Quote).get(id), 'REJECTED', { decidedAt: clock.instant(), decidedBy: by, reason }),
});
