import { DomainError, publicPage, type Context, type PageAnswer, type PageRequest } from '#kernel';
import { File, fileKey } from '#modules/platform/files';
import { markup, refusalPage, webPage, type Html } from '#modules/platform/links';
import { brandOf } from '#modules/platform/mail-out';
import { formatDay } from '#modules/platform/pdf';
import { CatalogueShare, type CatalogueShareRow } from './catalogue-share.entity.ts';
import { Catalogue, type CatalogueEntry, type CatalogueRow } from './catalogue.entity.ts';
import { catalogueWords, sectionsOf } from './catalogue.rules.ts';
import { priceIn, writingOf } from './publish-catalogue.operations.ts';
import { purpose } from './share-catalogue.operations.ts';

const urlSeconds = 5 * 60;

/** The page of a catalogue: its products with pictures and prices, and its PDF. Opening and fetching it are noted. */
export const cataloguePage = publicPage(purpose, {
  describes: 'Shows a catalogue to whoever has its link, and notes that it was opened and fetched.',
  refuse: refusalPage,
  run: async (request, context) => {
    const { share, catalogue } = await openedBy(request, context);
    if (request.method === 'POST') return fetchPdf(catalogue, share, context);
    const { picture } = request.query;
    return picture === undefined ? show(catalogue, share, context) : showPicture(catalogue, picture, context);
  },
});

const openedBy = async ({ link }: PageRequest, { trusted }: Context) => {
  const share = await trusted(CatalogueShare).find(link?.record ?? '');
  const catalogue = share && (await trusted(Catalogue).find(share.catalogue));
  if (!share || catalogue?.status !== 'PUBLISHED' || share.status === 'REVOKED')
    throw new DomainError('NOT_FOUND', 'The catalogue is no longer there.');
  return { share, catalogue };
};

const show = async (catalogue: CatalogueRow, share: CatalogueShareRow, context: Context): Promise<PageAnswer> => {
  noteView(share, context);
  const writing = writingOf(context, catalogue);
  const words = catalogueWords[writing.locale];
  const { currency = context.actor.currency, showsPrices, entries = [] } = catalogue;
  const priceOf = (entry: CatalogueEntry) => (showsPrices ? priceIn(entry, currency, writing) : '');
  const sections = sectionsOf(entries, writing.locale).map(
    ([heading, of]) =>
      markup`${heading === '' ? undefined : markup`<h2>${heading}</h2>`}${joined(of.map((entry) => product(entry, priceOf(entry))))}`,
  );
  const { name: sender, colour } = await brandOf(context);
  const body = markup`${catalogue.introduction === undefined ? undefined : markup`<p>${catalogue.introduction}</p>`}
    ${joined(sections)}
    <p class="quiet">${words.until} ${formatDay(catalogue.validUntil, writing)}</p>
    <form method="post"><div class="choices"><button class="main">${words.open}</button></div></form>`;
  const page = webPage(200, { title: catalogue.name, body, locale: writing.locale, sender, colour });
  return { ...page, headers: { ...page.headers, 'content-security-policy': ownPictures } };
};

/** As for every page, but that it may show pictures from its own address. */
const ownPictures =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; frame-ancestors 'none'";

const joined = (pieces: readonly Html[]): Html => ({ html: pieces.map(({ html }) => html).join('') });

const product = ({ code, name, description, picture }: CatalogueEntry, price: string): Html =>
  markup`<dl>
    ${picture === undefined ? undefined : markup`<img src="?picture=${picture}" alt="" width="120" loading="lazy" />`}
    <dt>${code}</dt>
    <dd><strong>${name}</strong>${description === undefined ? undefined : markup`<br />${description}`}<br />${price}</dd>
  </dl>`;

const noteView = (share: CatalogueShareRow, { trusted, clock }: Context): void => {
  const at = clock.instant();
  const seen = { views: share.views + 1, firstViewedAt: share.firstViewedAt ?? at, lastViewedAt: at };
  if (share.status === 'SENT') trusted(CatalogueShare).move(share, 'VIEWED', seen);
  else trusted(CatalogueShare).update(share, seen);
};

/** Only pictures that the catalogue shows. */
const showPicture = async ({ entries = [] }: CatalogueRow, id: string, context: Context): Promise<PageAnswer> => {
  const file = entries.some(({ picture }) => picture === id) ? await context.trusted(File).find(id) : undefined;
  const body = file && (await context.ports.files.get(fileKey(context.actor.tenant, id)));
  if (!body) throw new DomainError('NOT_FOUND', 'There is no such picture here.');
  return { status: 200, contentType: file.contentType, body, headers: { 'cache-control': 'private, max-age=86400' } };
};

const fetchPdf = async (
  { pdf = '', name }: CatalogueRow,
  share: CatalogueShareRow,
  { trusted, ports, actor }: Context,
): Promise<PageAnswer> => {
  trusted(CatalogueShare).update(share, { downloads: share.downloads + 1 }, { event: 'catalogueShare.downloaded' });
  const location = await ports.files.downloadUrl(fileKey(actor.tenant, pdf), {
    fileName: `${name}.pdf`,
    seconds: urlSeconds,
  });
  return { status: 303, contentType: 'text/plain', body: '', headers: { location } };
};
