import { DomainError, publicPage, type Context, type PageAnswer, type PageRequest } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { fileKey } from '#modules/platform/files';
import { markup, refusalPage, webPage } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { formatDay, formatMoney, type Writing } from '#modules/platform/pdf';
import { Quote, type QuoteRow } from './quote.entity.ts';
import { purpose } from './send-quote.operations.ts';

const wordings = {
  es: {
    until: 'Válida hasta el',
    open: 'Ver el documento (PDF)',
    decline: 'No la aceptamos',
    why: 'Motivo',
    declined: 'Gracias por responder. Hemos anotado que no la aceptan.',
    over: 'Esta cotización ya no está abierta.',
  },
  en: {
    until: 'Valid until',
    open: 'See the document (PDF)',
    decline: 'We do not accept it',
    why: 'Reason',
    declined: 'Thank you for answering. We have noted that you do not accept it.',
    over: 'This quote is no longer open.',
  },
} as const;

const urlSeconds = 5 * 60;

/** The page of an offer: what it comes to, its document, and a way to decline it. Opening it is noted. */
export const quotePage = publicPage(purpose, {
  describes: 'Shows a customer the offer, and takes a refusal with its reason.',
  refuse: refusalPage,
  run: async (request, context) => {
    const quote = await context.trusted(Quote).find(request.link.record);
    if (!quote?.pdf) throw new DomainError('NOT_FOUND', 'There is no such offer.');
    if (request.method === 'GET') return show(viewed(quote, context), context);
    return new URLSearchParams(request.body).has('reason')
      ? decline(quote, request, context)
      : document(quote, context);
  },
});

const viewed = (quote: QuoteRow, { trusted, clock }: Context): QuoteRow =>
  quote.status === 'SENT' ? trusted(Quote).move(quote, 'VIEWED', { viewedAt: clock.instant() }) : quote;

const isOpen = ({ status }: QuoteRow): boolean => status === 'SENT' || status === 'VIEWED';

const show = async (quote: QuoteRow, context: Context): Promise<PageAnswer> => {
  const { locale, writing, page } = await looksOf(quote, context);
  const words = wordings[locale];
  const decision = isOpen(quote)
    ? markup`<form method="post"><label>${words.why} <input name="reason" maxlength="500" required /></label>
        <div class="choices"><button>${words.decline}</button></div></form>`
    : markup`<p>${words.over}</p>`;
  const body = markup`<p><strong>${formatMoney(quote.total, writing)}</strong></p>
    <p class="quiet">${words.until} ${formatDay(quote.validUntil, writing)}</p>
    <form method="post"><div class="choices"><button class="main">${words.open}</button></div></form>${decision}`;
  return webPage(200, { ...page, body });
};

const document = async ({ pdf = '', name }: QuoteRow, { ports, actor }: Context): Promise<PageAnswer> => {
  const location = await ports.files.downloadUrl(fileKey(actor.tenant, pdf), {
    fileName: `${name.replace('/', '-')}.pdf`,
    seconds: urlSeconds,
  });
  return { status: 303, contentType: 'text/plain', body: '', headers: { location } };
};

const decline = async (quote: QuoteRow, { body }: PageRequest, context: Context): Promise<PageAnswer> => {
  const { locale, page } = await looksOf(quote, context);
  if (!isOpen(quote)) return webPage(409, { ...page, body: markup`<p>${wordings[locale].over}</p>` });
  const reason = (new URLSearchParams(body).get('reason') ?? '').trim().slice(0, 500);
  if (reason === '') throw new DomainError('BAD_INPUT', 'Say why.', ['reason']);
  const decidedBy = await readerOf(quote, context);
  context.trusted(Quote).move(quote, 'REJECTED', { decidedAt: context.clock.instant(), decidedBy, reason });
  return webPage(200, { ...page, body: markup`<p>${wordings[locale].declined}</p>` });
};

/** Whose name stands for the customer's answer: the contact's who got the link, or that of the account. */
const readerOf = async ({ contact: id, account }: QuoteRow, { trusted }: Context): Promise<string> => {
  const contact = id === undefined ? undefined : await trusted(Contact).find(id);
  return contact?.name ?? (await trusted(Account).get(account)).name;
};

const looksOf = async (quote: QuoteRow, context: Context) => {
  const { name, colour } = await brandOf(context);
  const { country, timeZone } = context.actor;
  const locale = quote.locale ?? context.actor.locale;
  const writing: Writing = { locale, country, timeZone };
  return { locale, writing, page: { title: `${quote.name} ${quote.subject}`, locale, sender: name, colour } };
};
