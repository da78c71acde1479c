import { DomainError, publicPage, type Context, type Locale, type PageAnswer, type PageRequest } from '#kernel';
import { localeOf } from '#modules/platform/settings';
import { File, fileKey, type FileRow } from '#modules/platform/files';
import { markup, refusalPage, webPage, type Html } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { formatMoment } from '#modules/platform/pdf';
import { Contact } from '#modules/parties/contacts';
import { DocumentShare, type DocumentShareRow } from './document-share.entity.ts';
import { purpose } from './send-documents.operations.ts';
import { fetched, seen, sizeInWords } from './sharing.rules.ts';

const wordings = {
  es: { open: 'Descargar', until: 'Disponible hasta el', gone: 'Este documento ya no está.' },
  en: { open: 'Download', until: 'Available until', gone: 'This document is no longer there.' },
} as const;

const urlSeconds = 5 * 60;

type Visit = {
  readonly context: Context;
  readonly share: DocumentShareRow;
  readonly files: readonly FileRow[];
  readonly locale: Locale;
};

/** The page behind the link: it lists the documents; each is fetched by a form, which scanners of mail do not send. */
export const documentsPage = publicPage(purpose, {
  describes: 'Shows a contact the documents that were sent, and notes that they were seen and fetched.',
  refuse: refusalPage,
  run: async (request, context) => {
    const visit = await visitOf(context, request.link.record);
    return request.method === 'POST' ? fetchOne(visit, request) : show(visit);
  },
});

const visitOf = async (context: Context, id: string): Promise<Visit> => {
  const share = await context.trusted(DocumentShare).find(id);
  if (!share || share.status === 'REVOKED') throw new DomainError('NOT_FOUND', 'The documents are no longer there.');
  const contact = await context.trusted(Contact).find(share.contact);
  const found = await context.trusted(File).getMany(share.files);
  const files = share.files.flatMap((file) => found.get(file) ?? []).filter(({ status }) => status === 'READY');
  return { context, share, files, locale: localeOf(contact?.language, context.actor.locale) };
};

const show = async ({ context, share, files, locale }: Visit): Promise<PageAnswer> => {
  const shares = context.trusted(DocumentShare);
  const changes = seen(share, context.clock.instant());
  if (share.status === 'SENT') shares.move(share, 'VIEWED', changes);
  else shares.update(share, changes);
  const { name, colour } = await brandOf(context);
  const { country, timeZone } = context.actor;
  const { until } = wordings[locale];
  const body = markup`${share.message === undefined ? undefined : markup`<p>${share.message}</p>`} ${{ html: files.map((file) => entry(file, locale).html).join('') }}
    <p class="quiet">${until} ${formatMoment(share.until, { locale, country, timeZone })}</p>`;
  return webPage(200, { title: share.subject, body, locale, sender: name, colour });
};

const entry = ({ id, name, size }: FileRow, locale: Locale): Html =>
  markup`<form method="post">
    <input type="hidden" name="file" value="${id}" />
    <p>${name} <span class="quiet">${sizeInWords(size, locale)}</span></p>
    <div class="choices"><button class="main">${wordings[locale].open}</button></div>
  </form>`;

const fetchOne = async ({ context, share, files }: Visit, { body }: PageRequest): Promise<PageAnswer> => {
  const wanted = new URLSearchParams(body).get('file');
  const file = files.find(({ id }) => id === wanted);
  if (!file) throw new DomainError('NOT_FOUND', 'There is no such document here.');
  const changes = fetched(share, file.id, context.clock.instant());
  context.trusted(DocumentShare).update(share, changes, { event: 'documentShare.downloaded' });
  const { tenant } = context.actor;
  const location = await context.ports.files.downloadUrl(fileKey(tenant, file.id), {
    fileName: file.name,
    seconds: urlSeconds,
  });
  return { status: 303, contentType: 'text/plain', body: '', headers: { location } };
};
