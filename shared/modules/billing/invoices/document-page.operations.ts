import { DomainError, publicPage, type Context, type PageAnswer } from '#kernel';
import { fileKey } from '#modules/platform/files';
import { markup, refusalPage, webPage } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { formatDay, formatMoney, type Writing } from '#modules/platform/pdf';
import { CreditNote, type CreditNoteRow } from './credit-note.entity.ts';
import { languageOf } from './document-paper.operations.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { purpose } from './send-document.operations.ts';

const wordings = {
  es: {
    open: 'Ver el documento (PDF)',
    due: 'Vence el',
    left: 'Pendiente',
    paid: 'Está pagada.',
    voided: 'Está anulada.',
  },
  en: {
    open: 'See the document (PDF)',
    due: 'Due on',
    left: 'Still to be paid',
    paid: 'It is paid.',
    voided: 'It is void.',
  },
} as const;

const urlSeconds = 5 * 60;

type Document = InvoiceRow | CreditNoteRow;

/** The page of an invoice or a credit note: what it comes to, how it stands, and its document. Opening it is noted. */
export const documentPage = publicPage(purpose, {
  describes: 'Shows a customer an invoice or a credit note and how it stands, and gives its document.',
  refuse: refusalPage,
  run: async (request, context) => {
    const document = await documentOf(context, request.link.record);
    if (document?.pdf === undefined) throw new DomainError('NOT_FOUND', 'There is no such document.');
    return request.method === 'GET' ? show(viewed(document, context), context) : paper(document, context);
  },
});

const documentOf = ({ trusted }: Context, id: string): Promise<Document | undefined> =>
  id.startsWith(`${Invoice.idPrefix}_`) ? trusted(Invoice).find(id) : trusted(CreditNote).find(id);

const viewed = (document: Document, { trusted, clock }: Context): Document => {
  if (document.viewedAt !== undefined) return document;
  const viewedAt = clock.instant();
  return 'kind' in document
    ? trusted(Invoice).update(document, { viewedAt }, { evenFrozen: true, event: 'invoice.viewed' })
    : trusted(CreditNote).update(document, { viewedAt }, { evenFrozen: true, event: 'creditNote.viewed' });
};

const show = async (document: Document, context: Context): Promise<PageAnswer> => {
  const { name, colour } = await brandOf(context);
  const locale = await languageOf(context, document);
  const writing: Writing = { locale, country: context.actor.country, timeZone: context.actor.timeZone };
  const body = markup`<p><strong>${formatMoney(document.total, writing)}</strong></p>
    <p class="quiet">${standing(document, writing)}</p>
    <form method="post"><div class="choices"><button class="main">${wordings[locale].open}</button></div></form>`;
  return webPage(200, { title: document.number ?? '', locale, sender: name, colour, body });
};

/** How it stands: due, partly paid, paid, void. */
const standing = (document: Document, writing: Writing): string => {
  const words = wordings[writing.locale];
  if (!('kind' in document)) return document.reason;
  const { status, balance, total, dueOn = '' } = document;
  if (status === 'VOIDED') return words.voided;
  if (balance.minor === 0) return words.paid;
  const due = `${words.due} ${formatDay(dueOn, writing)}.`;
  return balance.minor === total.minor ? due : `${due} ${words.left}: ${formatMoney(balance, writing)}.`;
};

const paper = async ({ pdf = '', number = '' }: Document, { ports, actor }: Context): Promise<PageAnswer> => {
  const location = await ports.files.downloadUrl(fileKey(actor.tenant, pdf), {
    fileName: `${number}.pdf`,
    seconds: urlSeconds,
  });
  return { status: 303, contentType: 'text/plain', body: '', headers: { location } };
};
