// Publishing: products, prices and pictures as they are today, kept with the catalogue and drawn on paper.
import {
  DomainError,
  given,
  mutation,
  recordInput,
  ref,
  timer,
  versionInput,
  type Context,
  type Locale,
} from '#kernel';
import { BuyingAccount, findPrices, type FoundPrice } from '#modules/catalog/prices';
import { itemOf } from '#modules/catalog/pricing';
import { Product, productsWithin, type ProductRow } from '#modules/catalog/products';
import { File, fileKey, storeFile, type FileRow } from '#modules/platform/files';
import { formatAmount, letterheadOf, renderDocument, type Writing } from '#modules/platform/pdf';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { Catalogue, type CatalogueEntry, type CatalogueRow } from './catalogue.entity.ts';
import { catalogueDocument, catalogueWords, lessPercents } from './catalogue.rules.ts';

/** Products of a catalogue. */
const mostEntries = 300;
/** Bytes of a picture that is shown, at most. */
const mostPictureBytes = 4_000_000;
const shown = ['image/png', 'image/jpeg'];

export const publishCatalogue = mutation('publishCatalogue', {
  describes:
    'Publishes a draft: its products and their prices are kept as they are today, the PDF is made, and links to it can be given. It does not change any more.',
  needs: 'catalogue.update',
  input: { id: ref('Catalogue', { describes: 'Which draft.' }), version: versionInput },
  returns: Catalogue,
  fails: ['ALREADY_OVER', 'TOO_MANY_PRODUCTS', 'NOTHING_SELECTED', 'PRICE_LIST_NOT_IN_FORCE'],
  run: async ({ id }, context) => {
    const { actor, clock, data } = context;
    const catalogue = await data(Catalogue).get(id);
    const today = clock.today();
    if (catalogue.validUntil < today)
      throw new DomainError('ALREADY_OVER', 'The last day is in the past.', ['validUntil']);
    const products = await productsOf(context, catalogue);
    const entries = await entriesOf(context, catalogue, products);
    const pdf = await drawn(context, { ...catalogue, entries });
    const openUntil = dayStart(dayAfter(catalogue.validUntil, 1), actor.timeZone);
    return data(Catalogue).move(catalogue, 'PUBLISHED', { entries, pricedOn: today, openUntil, pdf });
  },
});

export const endCatalogue = mutation('endCatalogue', {
  describes: 'Ends a catalogue before its last day: its links say that it is no longer there.',
  needs: 'catalogue.update',
  input: recordInput('Catalogue'),
  returns: Catalogue,
  run: async ({ id }, { data }) => data(Catalogue).move(await data(Catalogue).get(id), 'ENDED'),
});

export const closeCatalogue = timer(Catalogue, {
  describes: 'Ends a catalogue behind its last day.',
  run: (catalogue, { trusted }) => {
    trusted(Catalogue).move(catalogue, 'ENDED');
    return Promise.resolve();
  },
});

/** How it is written in. */
export const writingOf = ({ actor }: Context, { locale = actor.locale }: CatalogueRow): Writing => ({
  ...{ locale, country: actor.country, timeZone: actor.timeZone },
});

/** A price as it is shown: how much, and whether taxes are in it. */
export const priceIn = (
  { unitPrice, includesTax }: CatalogueEntry,
  currency: string,
  writing: Writing & { readonly locale: Locale },
): string => {
  const words = catalogueWords[writing.locale];
  if (unitPrice === undefined) return words.onRequest;
  return `${formatAmount(unitPrice, currency, writing)} ${includesTax ? words.withTax : words.withoutTax}`;
};

/** The products of its selection that are sold: named ones first, then those of families. */
const productsOf = async (context: Context, { products = [], families = [] }: CatalogueRow) => {
  const [named, ...within] = await Promise.all([
    context.data(Product).getMany(products),
    ...families.map((family) => productsWithin(context, family)),
  ]);
  const all = [...products.flatMap((id) => named.get(id) ?? []), ...within.flatMap(({ rows }) => rows)];
  const sold = all.filter(({ active, isSold, archivedAt }) => active && isSold && archivedAt === undefined);
  const once = [...new Map(sold.map((product) => [product.id, product])).values()];
  if (once.length === 0) throw new DomainError('NOTHING_SELECTED', 'None of its products is sold now.', ['products']);
  if (once.length > mostEntries || within.some(({ isComplete }) => !isComplete))
    throw new DomainError('TOO_MANY_PRODUCTS', `A catalogue has at most ${String(mostEntries)} products.`, [
      'products',
    ]);
  return once;
};

const entriesOf = async (
  context: Context,
  catalogue: CatalogueRow,
  products: readonly ProductRow[],
): Promise<readonly CatalogueEntry[]> => {
  const [prices, pictures] = await Promise.all([pricesOf(context, catalogue, products), picturesOf(context, products)]);
  return products.map((product, index) => {
    const price = prices[index];
    return given({
      ...{ product: product.id, code: product.sku, name: product.name, unit: product.unit },
      ...{ description: product.description, family: product.family, picture: pictures.get(product.id) },
      unitPrice: price && lessPercents(price.unitPrice, price.percentOff),
      includesTax: price?.includesTax ?? false,
    });
  });
};

const pricesOf = async (
  context: Context,
  { showsPrices, account, priceList, channel, currency = context.actor.currency }: CatalogueRow,
  products: readonly ProductRow[],
): Promise<readonly (FoundPrice | undefined)[]> => {
  if (!showsPrices) return [];
  const day = context.clock.today();
  const customer = account === undefined ? undefined : await context.data(BuyingAccount).get(account);
  const buyer = given({
    ...{ day, account, channel, priceList },
    ...{ priceGroup: customer?.priceGroup, ownList: customer?.priceList },
  });
  const ask = (unit: string) =>
    given({ day, currency, channel, quantity: '1', unit, rates: new Map<string, string>() });
  return findPrices(
    context,
    buyer,
    products.map((product) => ({ item: itemOf(product), ask: ask(product.unit) })),
  );
};

/** The first picture of each product that pages and paper can show: whoever sees the product sees it. */
const picturesOf = async (context: Context, products: readonly ProductRow[]): Promise<ReadonlyMap<string, string>> => {
  const first = products.flatMap(({ id, pictures: [picture] = [] }) => (picture ? [[id, picture] as const] : []));
  const files = await context.trusted(File).getMany([...new Set(first.map(([, picture]) => picture))]);
  return new Map(first.filter(([, picture]) => isShown(files.get(picture))));
};

const isShown = (file: FileRow | undefined): boolean =>
  file?.status === 'READY' && shown.includes(file.contentType) && file.size <= mostPictureBytes;

const bytesOf = async (
  { ports, actor }: Context,
  picture: string,
): Promise<readonly (readonly [string, Uint8Array])[]> => {
  const bytes = await ports.files.get(fileKey(actor.tenant, picture));
  return bytes ? [[picture, bytes]] : [];
};

const drawn = async (
  context: Context,
  catalogue: CatalogueRow & { readonly entries: readonly CatalogueEntry[] },
): Promise<string> => {
  const { currency = context.actor.currency } = catalogue;
  const writing = writingOf(context, catalogue);
  const wanted = catalogue.entries.flatMap(({ picture }) => picture ?? []);
  const [letterhead, pictures] = await Promise.all([
    letterheadOf(context),
    Promise.all([...new Set(wanted)].map((picture) => bytesOf(context, picture))),
  ]);
  const model = catalogueDocument(catalogue, writing.locale, context.clock.instant(), {
    priceOf: (entry) => priceIn(entry, currency, writing),
    pictures: new Map(pictures.flat()),
  });
  const { id } = await storeFile(context, {
    name: `${catalogue.name}.pdf`,
    contentType: 'application/pdf',
    body: await renderDocument(model, letterhead, writing),
    record: catalogue.id,
  });
  return id;
};
