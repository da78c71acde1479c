// What a catalogue shows: products under their families, with what one costs; on paper and on a page.
import { given, type Locale, type Problem } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import type { DocumentModel, DocumentSection, DocumentValue } from '#modules/platform/pdf';
import type { CatalogueEntry } from './catalogue.entity.ts';

/** What a catalogue says besides its products. */
export const catalogueWords = {
  es: {
    title: 'Catálogo',
    until: 'Válido hasta',
    others: 'Otros productos',
    code: 'Código',
    product: 'Producto',
    picture: '',
    unit: 'Unidad',
    price: 'Precio',
    withTax: 'impuestos incluidos',
    withoutTax: 'sin impuestos',
    onRequest: 'a consultar',
    open: 'Descargar (PDF)',
    gone: 'Este catálogo ya no está disponible.',
  },
  en: {
    title: 'Catalogue',
    until: 'Valid until',
    others: 'Other products',
    code: 'Code',
    product: 'Product',
    picture: '',
    unit: 'Unit',
    price: 'Price',
    withTax: 'taxes included',
    withoutTax: 'before taxes',
    onRequest: 'on request',
    open: 'Download (PDF)',
    gone: 'This catalogue is no longer available.',
  },
} as const;

/** What is wrong with a catalogue. */
export const catalogueProblems = ({
  products = [],
  families = [],
}: {
  readonly products?: readonly string[];
  readonly families?: readonly string[];
}): readonly Problem[] =>
  products.length + families.length > 0
    ? []
    : [{ code: 'NOTHING_SELECTED', message: 'Name products or families.', path: ['products'] }];

/** A price less what the customer is granted on it, one percentage upon the other. */
export const lessPercents = (price: string, percents: readonly { readonly percent: string }[]): string =>
  decimalText(
    percents
      .reduce((left, { percent }) => left.times(new Exact(100).minus(percent)).div(100), new Exact(price))
      .toDecimalPlaces(6),
  );

/** Products under their families: those that name none come last. */
export const sectionsOf = (
  entries: readonly CatalogueEntry[],
  locale: Locale,
): readonly (readonly [heading: string, entries: readonly CatalogueEntry[]])[] => {
  const groups = [...Map.groupBy(entries, ({ family }) => family ?? '')];
  const named = groups.filter(([family]) => family !== '').map(([family, of]) => [family, of] as const);
  const others = groups.flatMap(([family, of]) => (family === '' ? of : []));
  if (named.length === 0) return [['', others]];
  return others.length === 0 ? named : [...named, [catalogueWords[locale].others, others]];
};

type Shown = {
  readonly name: string;
  readonly introduction?: string;
  readonly showsPrices: boolean;
  readonly validUntil: string;
  readonly entries: readonly CatalogueEntry[];
};

/** A catalogue on paper. `priceOf` writes a price. */
export const catalogueDocument = (
  { name, introduction, showsPrices, validUntil, entries }: Shown,
  locale: Locale,
  madeAt: string,
  { priceOf, pictures }: { priceOf(entry: CatalogueEntry): string; pictures: ReadonlyMap<string, Uint8Array> },
): DocumentModel => {
  const words = catalogueWords[locale];
  const columns = [
    { label: words.picture, weight: 0.7 },
    { label: words.code, weight: 0.9 },
    { label: words.product, weight: 2.6 },
    { label: words.unit, weight: 0.6 },
    ...(showsPrices ? [{ label: words.price, weight: 1.2, align: 'right' as const }] : []),
  ];
  const rowOf = (entry: CatalogueEntry): readonly DocumentValue[] => {
    const picture = entry.picture === undefined ? undefined : pictures.get(entry.picture);
    return [
      picture ? { picture } : '',
      entry.code,
      [entry.name, entry.description].filter((text) => text !== undefined).join('\n'),
      entry.unit,
      ...(showsPrices ? [priceOf(entry)] : []),
    ];
  };
  const sections = sectionsOf(entries, locale).map(([heading, of]): DocumentSection =>
    given({ heading: heading === '' ? undefined : heading, table: { columns, rows: of.map(rowOf) } }),
  );
  return {
    title: name,
    facts: [{ label: words.until, value: { day: validUntil } }],
    sections: [...(introduction === undefined ? [] : [{ text: introduction }]), ...sections],
    madeAt,
  };
};
