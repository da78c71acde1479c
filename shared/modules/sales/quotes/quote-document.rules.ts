// The offer as the customer reads it, in Spanish or English.
import type { Locale } from '#kernel';
import { pricedTable, pricedTotals, type LinePictures } from '#modules/catalog/pricing';
import type { DocumentModel, DocumentSection } from '#modules/platform/pdf';
import type { QuoteLine, QuoteRow } from './quote.entity.ts';

const wordings = {
  es: {
    title: 'Cotización',
    date: 'Fecha',
    until: 'Válida hasta',
    for: 'Para',
    attention: 'Atención',
    by: 'Preparada por',
    optional: 'Opcionales y alternativas',
    optionalNote: 'No están incluidas en el total.',
    terms: 'Condiciones',
    pictures: 'Imágenes',
  },
  en: {
    title: 'Quote',
    date: 'Date',
    until: 'Valid until',
    for: 'For',
    attention: 'Attention',
    by: 'Prepared by',
    optional: 'Optional items and alternatives',
    optionalNote: 'They are not included in the total.',
    terms: 'Terms',
    pictures: 'Pictures',
  },
} as const;

/** Who is named on the document. */
export type QuoteParties = {
  readonly account: { readonly name: string; readonly lines: readonly string[] };
  readonly contact?: string;
  readonly owner?: string;
};

/** In which language, as of when; names of taxes by code, pictures of lines by key: the first stands beside its line. */
export type QuoteLooks = {
  readonly locale: Locale;
  readonly madeAt: string;
  readonly taxNames: ReadonlyMap<string, string>;
  readonly pictures: LinePictures;
};

/** The document of a quote. */
export const quoteDocument = (
  quote: QuoteRow,
  parties: QuoteParties,
  { locale, madeAt, taxNames, pictures }: QuoteLooks,
): DocumentModel => {
  const words = wordings[locale];
  const [counted, others] = [quote.lines.filter(({ counts }) => counts), quote.lines.filter(({ counts }) => !counts)];
  return {
    title: words.title,
    number: quote.name,
    madeAt,
    facts: [
      { label: words.date, value: { day: quote.pricedOn } },
      { label: words.until, value: { day: quote.validUntil } },
      ...(parties.owner === undefined ? [] : [{ label: words.by, value: parties.owner }]),
    ],
    parties: [
      { heading: words.for, ...parties.account },
      ...(parties.contact === undefined ? [] : [{ heading: words.attention, name: parties.contact }]),
    ],
    sections: [
      { heading: quote.subject, ...(quote.introduction !== undefined && { text: quote.introduction }) },
      { table: { ...pricedTable(counted, locale, pictures), totals: pricedTotals(quote.totals, locale, taxNames) } },
      ...(others.length > 0
        ? [{ heading: words.optional, text: words.optionalNote }, { table: pricedTable(others, locale, pictures) }]
        : []),
      ...morePictures(quote.lines, pictures, words),
      ...(quote.terms === undefined ? [] : [{ heading: words.terms, text: quote.terms }]),
    ],
    ...(quote.clauses.length > 0 && { clauses: quote.clauses }),
  };
};

type Words = (typeof wordings)[Locale];

/** The pictures for which there is no room beside their lines. */
const morePictures = (
  lines: readonly QuoteLine[],
  pictures: LinePictures,
  words: Words,
): readonly DocumentSection[] => {
  const more = lines.flatMap(({ key, description = '' }) =>
    (pictures.get(key) ?? []).slice(1).map((picture) => ({ text: description, picture })),
  );
  return more.length > 0 ? [{ heading: words.pictures }, ...more] : [];
};
