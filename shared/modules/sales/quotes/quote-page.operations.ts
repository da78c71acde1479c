import { DomainError, publicPage, type Context, type Locale, type PageAnswer, type PageRequest } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { fileKey } from '#modules/platform/files';
import { markup, pagePolicy, refusalPage, webPage, type Html } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { formatDay, formatDecimal, formatMoney, type Writing } from '#modules/platform/pdf';
import { Signature, signPageOf } from '#modules/platform/signing';
import { pictureFilesOf } from './quote-pictures.operations.ts';
import { Quote, type QuoteRow } from './quote.entity.ts';
import { purpose } from './send-quote.operations.ts';

const wordings = {
  es: {
    until: 'Válida hasta el',
    open: 'Ver el documento (PDF)',
    sign: 'Aceptar y firmar',
    optional: 'Opcional: no está en el total',
    decline: 'No la aceptamos',
    why: 'Motivo',
    declined: 'Gracias por responder. Hemos anotado que no la aceptan.',
    over: 'Esta cotización ya no está abierta.',
  },
  en: {
    until: 'Valid until',
    open: 'See the document (PDF)',
    sign: 'Accept and sign',
    optional: 'Optional: it is not in the total',
    decline: 'We do not accept it',
    why: 'Reason',
    declined: 'Thank you for answering. We have noted that you do not accept it.',
    over: 'This quote is no longer open.',
  },
} as const;

type Words = (typeof wordings)[Locale];

const urlSeconds = 5 * 60;

/** The page of an offer: what it comes to, its document, and a way to decline it. Opening it is noted. */
export const quotePage = publicPage(purpose, {
  describes: 'Shows a customer the offer, and takes a refusal with its reason.',
  refuse: refusalPage,
  run: async (request, context) => {
    const quote = await context.trusted(Quote).find(request.link.record);
    if (!quote?.pdf) throw new DomainError('NOT_FOUND', 'There is no such offer.');
    if (request.query['document'] === '1') return document(quote, context);
    if (request.method === 'GET') return show(viewed(quote, context), context);
    return new URLSearchParams(request.body).has('sign')
      ? toSignature(quote, context)
      : decline(quote, request, context);
  },
});

const viewed = (quote: QuoteRow, { trusted, clock }: Context): QuoteRow =>
  quote.status === 'SENT' ? trusted(Quote).move(quote, 'VIEWED', { viewedAt: clock.instant() }) : quote;

const isOpen = ({ status }: QuoteRow): boolean => status === 'SENT' || status === 'VIEWED';

const show = async (quote: QuoteRow, context: Context): Promise<PageAnswer> => {
  const [{ locale, writing, page }, pictures] = await Promise.all([
    looksOf(quote, context),
    pictureUrlsOf(quote, context),
  ]);
  const words = wordings[locale];
  const body = markup`${linesOf(quote, pictures, writing)}
    <p><strong>${formatMoney(quote.total, writing)}</strong></p>
    <p class="quiet">${words.until} ${formatDay(quote.validUntil, writing)}</p>
    <p><a href="?document=1" target="_blank" rel="noreferrer">${words.open}</a></p>
    ${isOpen(quote) ? decision(quote, words) : markup`<p>${words.over}</p>`}`;
  // Pictures come from the storage of this deployment, and from nowhere else.
  const origins = [...pictures.values()].flat().map((url) => new URL(url).origin);
  return { ...webPage(200, { ...page, body }), headers: pagePolicy({ pictures: origins }) };
};

const decision = ({ signature }: QuoteRow, words: Words): Html => {
  const signing = markup`<form method="post">
    <div class="choices"><button class="main" name="sign" value="1">${words.sign}</button></div>
  </form>`;
  return markup`${signature === undefined ? undefined : signing}
    <form method="post">
      <p>
        <label for="reason">${words.why}</label>
        <input type="text" id="reason" name="reason" maxlength="500" required />
      </p>
      <div class="choices"><button>${words.decline}</button></div>
    </form>`;
};

const linesOf = ({ lines, locale = 'es' }: QuoteRow, pictures: PictureUrls, writing: Writing): readonly Html[] =>
  lines.map(
    ({ key, description, note, quantity, unit = '', net, counts }) =>
      markup`<section style="margin:0 0 16px">
        ${(pictures.get(key) ?? []).map(
          (url) =>
            markup`<img src="${url}" alt="" style="max-width:96px;max-height:96px;margin:0 8px 4px 0;border-radius:6px" />`,
        )}
        <div style="display:flex;gap:12px;justify-content:space-between">
          <span>${description}</span><span>${formatMoney(net, writing)}</span>
        </div>
        <div class="quiet">
          ${[
            formatDecimal(quantity, writing),
            unit === 'unit' ? '' : unit,
            counts ? '' : `· ${wordings[locale].optional}`,
          ]
            .filter(Boolean)
            .join(' ')}
        </div>
        ${note && markup`<div class="quiet">${note}</div>`}
      </section>`,
  );

type PictureUrls = ReadonlyMap<string, readonly string[]>;

const pictureUrlsOf = async (quote: QuoteRow, context: Context): Promise<PictureUrls> => {
  const { ports, actor } = context;
  const files = await pictureFilesOf(context, quote);
  const urls = [...files].map(async ([key, own]) => {
    const made = own.map(({ id, name }) =>
      ports.files.downloadUrl(fileKey(actor.tenant, id), { fileName: name, seconds: urlSeconds }),
    );
    return [key, await Promise.all(made)] as const;
  });
  return new Map(await Promise.all(urls));
};

const document = async ({ pdf = '', name }: QuoteRow, { ports, actor }: Context): Promise<PageAnswer> => {
  const location = await ports.files.downloadUrl(fileKey(actor.tenant, pdf), {
    fileName: `${name.replace('/', '-')}.pdf`,
    seconds: urlSeconds,
  });
  return { status: 303, contentType: 'text/plain', body: '', headers: { location } };
};

/** On to the page of the signature, which is asked for with the offer. */
const toSignature = async (quote: QuoteRow, context: Context): Promise<PageAnswer> => {
  const signature = quote.signature === undefined ? undefined : await context.trusted(Signature).find(quote.signature);
  const location = isOpen(quote) && signature ? await signPageOf(context, signature) : undefined;
  if (location !== undefined) return { status: 303, contentType: 'text/plain', body: '', headers: { location } };
  const { locale, page } = await looksOf(quote, context);
  return webPage(409, { ...page, body: markup`<p>${wordings[locale].over}</p>` });
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
