// The paper of a document: a PDF with the letterhead of the tenant, made when somebody asks and kept with the document.
import { mutation, ref, type Context, type Locale } from '#kernel';
import { localeOf } from '#modules/platform/settings';
import { openTaxBook } from '#modules/catalog/taxes';
import { Account } from '#modules/parties/accounts';
import { storeFile, type FileRow } from '#modules/platform/files';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import { CreditNote, type CreditNoteRow } from './credit-note.entity.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { billingDocument } from './invoice-document.rules.ts';

/** The language of a document: its own, the account's, the tenant's. */
export const languageOf = async (
  { trusted, actor }: Context,
  { locale, account }: Pick<InvoiceRow, 'locale' | 'account'>,
): Promise<Locale> => {
  if (locale !== undefined) return locale;
  return localeOf((await trusted(Account).get(account)).locale, actor.locale);
};

/** Makes the paper of a document as it is now. */
export const storePaper = async (context: Context, document: InvoiceRow | CreditNoteRow): Promise<FileRow> => {
  const locale = await languageOf(context, document);
  const { actor, clock } = context;
  const [letterhead, book] = await Promise.all([
    letterheadOf(context),
    openTaxBook(context, document.issuedOn ?? clock.today()),
  ]);
  const taxNames = new Map(book.rates.map((rate) => [rate.code, rate[locale]]));
  const model = billingDocument(document, { locale, madeAt: clock.instant(), taxNames });
  const writing = { locale, country: actor.country, timeZone: actor.timeZone };
  return storeFile(context, {
    name: `${document.number ?? document.id}.pdf`,
    contentType: 'application/pdf',
    body: await renderDocument(model, letterhead, writing),
    record: document.id,
  });
};

export const printInvoice = mutation('printInvoice', {
  describes: 'Makes the document of an invoice as a PDF, in the language of the customer; `pdf` is its file.',
  needs: 'invoice.print',
  input: { invoice: ref('Invoice', { describes: 'Which one; of a draft it is a preview.' }) },
  returns: Invoice,
  run: async ({ invoice: id }, context) => {
    const invoice = await context.data(Invoice).get(id);
    const pdf = (await storePaper(context, invoice)).id;
    return context.trusted(Invoice).update(invoice, { pdf }, { evenFrozen: true, event: 'invoice.printed' });
  },
});

export const printCreditNote = mutation('printCreditNote', {
  describes: 'Makes the document of a credit note as a PDF, in the language of the customer; `pdf` is its file.',
  needs: 'creditNote.print',
  input: { creditNote: ref('CreditNote', { describes: 'Which one; of a draft it is a preview.' }) },
  returns: CreditNote,
  run: async ({ creditNote: id }, context) => {
    const note = await context.data(CreditNote).get(id);
    const pdf = (await storePaper(context, note)).id;
    return context.trusted(CreditNote).update(note, { pdf }, { evenFrozen: true, event: 'creditNote.printed' });
  },
});
