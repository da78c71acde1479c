// The offer as the customer reads it, in Spanish or English.
import type { DocumentModel, DocumentSection, DocumentTable, DocumentValue } from '#modules/platform/pdf';
import type { QuoteLine, QuoteRow } from './quote.entity.ts';

/** The languages of documents. */
export type Locale = 'es' | 'en';

const wordings = {
  es: {
    title: 'Cotización',
    date: 'Fecha',
    until: 'Válida hasta',
    for: 'Para',
    attention: 'Atención',
    by: 'Preparada por',
    code: 'Código',
    description: 'Descripción',
    quantity: 'Cant.',
    price: 'Precio',
    discount: 'Desc.',
    amount: 'Importe',
    subtotal: 'Subtotal',
    headerDiscount: 'Descuento',
    total: 'Total',
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
    code: 'Code',
    description: 'Description',
    quantity: 'Qty',
    price: 'Price',
    discount: 'Disc.',
    amount: 'Amount',
    subtotal: 'Subtotal',
    headerDiscount: 'Discount',
    total: 'Total',
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
  readonly pictures: Pictures;
};

type Pictures = ReadonlyMap<string, readonly Uint8Array[]>;

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
      { table: { ...tableOf(counted, pictures, words), totals: totalsOf(quote, words, taxNames) } },
      ...(others.length > 0
        ? [{ heading: words.optional, text: words.optionalNote }, { table: tableOf(others, pictures, words) }]
        : []),
      ...morePictures(quote.lines, pictures, words),
      ...(quote.terms === undefined ? [] : [{ heading: words.terms, text: quote.terms }]),
    ],
    ...(quote.clauses.length > 0 && { clauses: quote.clauses }),
  };
};

type Words = (typeof wordings)[Locale];

/** The pictures for which there is no room beside their lines. */
const morePictures = (lines: readonly QuoteLine[], pictures: Pictures, words: Words): readonly DocumentSection[] => {
  const more = lines.flatMap(({ key, description = '' }) =>
    (pictures.get(key) ?? []).slice(1).map((picture) => ({ text: description, picture })),
  );
  return more.length > 0 ? [{ heading: words.pictures }, ...more] : [];
};

const tableOf = (lines: readonly QuoteLine[], pictures: Pictures, words: Words): DocumentTable => {
  const isPictured = lines.some(({ key }) => (pictures.get(key) ?? []).length > 0);
  const isReduced = lines.some(({ discount }) => discount.minor > 0);
  return {
    columns: [
      ...(isPictured ? [{ label: '' }] : []),
      { label: words.code, weight: 1.2 },
      { label: words.description, weight: 4 },
      { label: words.quantity, align: 'right' },
      { label: words.price, align: 'right', weight: 1.3 },
      ...(isReduced ? [{ label: words.discount, align: 'right' as const, weight: 1.2 }] : []),
      { label: words.amount, align: 'right', weight: 1.4 },
    ],
    rows: lines.map((line): readonly DocumentValue[] => [
      ...(isPictured ? [pictureOf(pictures.get(line.key))] : []),
      line.code ?? '',
      [line.description ?? '', line.note].filter(Boolean).join('\n'),
      [line.quantity, line.unit === 'unit' ? undefined : line.unit].filter(Boolean).join(' '),
      { decimal: line.unitPrice },
      ...(isReduced ? [{ money: line.discount }] : []),
      { money: line.net },
    ]),
  };
};

const pictureOf = ([picture]: readonly Uint8Array[] = []): DocumentValue => (picture ? { picture } : '');

const totalsOf = (
  { totals }: QuoteRow,
  words: Words,
  taxNames: ReadonlyMap<string, string>,
): NonNullable<DocumentTable['totals']> => [
  {
    label: words.subtotal,
    value: { money: { ...totals.gross, minor: totals.gross.minor - totals.lineDiscount.minor } },
  },
  ...(totals.headerDiscount.minor > 0
    ? [
        {
          label: words.headerDiscount,
          value: { money: { ...totals.headerDiscount, minor: -totals.headerDiscount.minor } },
        },
      ]
    : []),
  ...totals.taxes
    .filter(({ amount }) => amount.minor !== 0)
    .map(({ code, amount }) => ({ label: taxNames.get(code) ?? code, value: { money: amount } })),
  { label: words.total, value: { money: totals.total }, isTotal: true },
];
