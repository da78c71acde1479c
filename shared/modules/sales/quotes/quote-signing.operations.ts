// Quotes are accepted by signature: what is asked for as they are sent, and what happens when somebody has signed.
import { DomainError, given, type Context, type Locale, type Repository } from '#kernel';
import { requestSignature, type SignedDocument, type SigningSubject } from '#modules/platform/signing';
import type { ContactRow } from '#modules/parties/contacts';
import { Quote, type QuoteRow } from './quote.entity.ts';

/** The kind of signatures under quotes. */
const kind = 'quote';

/** How a quote may be signed. */
export const signingChoices = ['NONE', 'LINK', 'EMAIL_OTP'] as const;

/** The heading under which a quote is signed. */
const headingOf = ({ name, subject }: Pick<QuoteRow, 'name' | 'subject'>): string => `${name} ${subject}`;

/** Accepts an offer for the customer, by the rights of `quotes`. @throws QUOTE_EXPIRED, INVALID_STATE */
export const accept = (
  { clock }: Context,
  quotes: Repository<typeof Quote>,
  quote: QuoteRow,
  more: { readonly decidedBy: string; readonly signature?: string },
): QuoteRow => {
  if (quote.openUntil !== undefined && quote.openUntil <= clock.instant())
    throw new DomainError('QUOTE_EXPIRED', 'Its last day has passed; make a new version.', ['id']);
  return quotes.move(quote, 'ACCEPTED', { decidedAt: clock.instant(), ...more });
};

/** Asks the contact for a signature; the page of the quote leads to the form, so that one mail is enough. */
export const askSignature = async (
  context: Context,
  quote: QuoteRow,
  asked: {
    readonly contact: ContactRow & { readonly email: string };
    readonly document: SignedDocument;
    readonly until: string;
    readonly locale: Locale;
    readonly authentication: (typeof signingChoices)[number];
  },
): Promise<{ readonly signature?: string }> => {
  const { contact, authentication, ...order } = asked;
  if (authentication === 'NONE') return {};
  const { name, email, phones, jobTitle } = contact;
  const signer = given({ name, email, phone: phones?.[0]?.number, role: jobTitle?.slice(0, 120) });
  const [signature] = await requestSignature(context, {
    ...order,
    ...given({ about: quote.id, kind, subject: headingOf(quote), owner: quote.owner, authentication }),
    signers: [signer],
    mailed: false,
  });
  return given({ signature: signature?.id });
};

/** For the extension point `signing.subjects`: a signed quote is accepted, a declined one rejected. */
export const quoteSigning: SigningSubject = {
  kind,
  idPrefix: Quote.idPrefix,
  present: async (context, id) => {
    const quote = await context.data(Quote).get(id);
    const { pdf, pdfSha256, status, locale, owner } = quote;
    if (pdf === undefined || pdfSha256 === undefined || (status !== 'SENT' && status !== 'VIEWED'))
      throw new DomainError('INVALID_STATE', `It is ${status}; an offer is signed once it was sent.`, ['record']);
    const document = { file: pdf, sha256: pdfSha256 };
    return { document, subject: headingOf(quote), locale: locale ?? context.actor.locale, ...given({ owner }) };
  },
  signed: async (context, { id, about, signer }) => {
    const quote = await context.trusted(Quote).get(about);
    accept(context, context.trusted(Quote), quote, { decidedBy: signer.name, signature: id });
  },
  declined: async ({ trusted, clock }, { about, signer, reason = '' }) => {
    const quote = await trusted(Quote).get(about);
    const said = { decidedAt: clock.instant(), decidedBy: signer.name, reason };
    trusted(Quote).move(quote, 'REJECTED', said);
  },
};
