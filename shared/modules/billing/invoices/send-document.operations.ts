import { DomainError, email, given, longText, mutation, optional, ref, type Context } from '#kernel';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { queueMail } from '#modules/platform/mail-out';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { CreditNote, type CreditNoteRow } from './credit-note.entity.ts';
import { languageOf, storePaper } from './document-paper.operations.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';

/** The purpose of the link to an invoice or a credit note, and of its page. */
export const purpose = 'invoice';

/** For how long a customer can open the page. */
const openDays = 365;

const input = {
  to: optional(email({ describes: 'Where it goes; to the contact, else to the address of the account, when absent.' })),
  message: optional(longText({ max: 5000, describes: 'What is said in the mail, in plain text.' })),
};
const fails = ['NOT_ISSUED', 'NO_EMAIL', 'SUPPRESSED'] as const;

export const sendInvoice = mutation('sendInvoice', {
  describes:
    'Mails an issued invoice: its document as a PDF, and a link to its page, where it is seen whether it was opened.',
  needs: 'invoice.send',
  input: { invoice: ref('Invoice', { describes: 'Which one.' }), ...input },
  returns: Invoice,
  fails,
  run: async ({ invoice: id, ...how }, context) => mailInvoice(context, id, how),
});

/** How it is mailed. */
export type MailHow = { readonly to?: string; readonly message?: string };

/** Mails an issued invoice in the caller's write. @throws NOT_ISSUED, NO_EMAIL, SUPPRESSED */
export const mailInvoice = async (context: Context, id: string, how: MailHow = {}): Promise<InvoiceRow> => {
  const invoice = await context.data(Invoice).get(id);
  const due = dayStart(invoice.dueOn ?? context.clock.today(), context.actor.timeZone);
  const sent = await mail(context, invoice, { ...how, template: 'invoice', due });
  return context.trusted(Invoice).update(invoice, sent, { evenFrozen: true, event: 'invoice.sent' });
};

export const sendCreditNote = mutation('sendCreditNote', {
  describes: 'Mails an issued credit note: its document as a PDF, and a link to its page.',
  needs: 'creditNote.send',
  input: { creditNote: ref('CreditNote', { describes: 'Which one.' }), ...input },
  returns: CreditNote,
  fails,
  run: async ({ creditNote: id, ...how }, context) => {
    const note = await context.data(CreditNote).get(id);
    const sent = await mail(context, note, { ...how, template: 'credit-note' });
    return context.trusted(CreditNote).update(note, sent, { evenFrozen: true, event: 'creditNote.sent' });
  },
});

type Mailing = MailHow & { readonly template: string; readonly due?: string };

const mail = async (
  context: Context,
  document: InvoiceRow | CreditNoteRow,
  { to, message, template, due }: Mailing,
) => {
  if (document.status !== 'ISSUED')
    throw new DomainError('NOT_ISSUED', `A document that is ${document.status} is not sent.`, ['id']);
  const receiver = await receiverOf(context, document, to);
  const pdf = (await storePaper(context, document)).id;
  const until = dayStart(dayAfter(context.clock.today(), openDays), context.actor.timeZone);
  await queueMail(context, {
    ...{ to: [receiver.address], template, locale: await languageOf(context, document), record: document.id },
    data: given({ number: document.number, name: receiver.name, message, total: document.total, due }),
    attachments: [pdf],
    links: [{ name: 'open', purpose, record: document.id, until }],
    ...given({ owner: document.owner }),
  });
  return { pdf, sentAt: context.clock.instant() };
};

const receiverOf = async (
  context: Context,
  document: InvoiceRow | CreditNoteRow,
  to: string | undefined,
): Promise<{ readonly address: string; readonly name: string }> => {
  const { name, email: known } = document.buyer;
  const contact = await contactOf(context, document);
  const address = to ?? contact?.email ?? known;
  if (address === undefined)
    throw new DomainError('NO_EMAIL', `${name} has no e-mail address; say where it goes.`, ['to']);
  return { address, name: contact?.firstName ?? contact?.name ?? name };
};

const contactOf = async (
  { trusted }: Context,
  document: InvoiceRow | CreditNoteRow,
): Promise<ContactRow | undefined> => ('contact' in document ? trusted(Contact).find(document.contact) : undefined);
