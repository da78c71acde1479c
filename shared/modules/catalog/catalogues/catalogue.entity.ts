import {
  boolean,
  choice,
  date,
  dateTime,
  decimal,
  defaulted,
  derivedOptional,
  entity,
  list,
  longText,
  optional,
  ownedBy,
  parts,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { catalogueProblems } from './catalogue.rules.ts';

const entry = {
  product: ref('Product', { describes: 'What it is.' }),
  code: text({ max: 60, describes: 'Its code.' }),
  name: text({ max: 250, describes: 'Its name.' }),
  description: optional(longText({ describes: 'What it is, in words.' })),
  family: optional(text({ max: 80, describes: 'Under which heading it stands.' })),
  unit: text({ max: 20, describes: 'What the price is for.' }),
  unitPrice: optional(decimal({ describes: 'What one costs; absent where nobody knows, or prices are not shown.' })),
  includesTax: boolean({ describes: 'Whether taxes are in the price.' }),
  picture: optional(
    text({ max: 40, describes: 'The id of its picture, which is seen by whoever sees the catalogue.' }),
  ),
};
/** A product in a catalogue, as it was when that was published. */
export type CatalogueEntry = Values<typeof entry>;

/** A selection of products to be shown to customers. */
export const Catalogue = entity('Catalogue', {
  idPrefix: 'ctg',
  describes:
    'A selection of products with pictures and prices, shown to customers as a web page behind a link and as a PDF. Published, it stays as it is.',
  fields: {
    name: text({ min: 1, max: 150, search: 'words', describes: 'Its heading.' }),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'Its language; the tenant’s when absent.' })),
    introduction: optional(longText({ max: 5000, describes: 'What is said before the products.' })),
    products: optional(list(ref('Product'), { max: 200, describes: 'Products in it, in their order.' })),
    families: optional(
      list(text({ max: 80 }), { max: 10, describes: 'Families of which all active products are in it, too.' }),
    ),
    segment: optional(ref('Segment', { describes: 'For whom it is.' })),
    account: optional(ref('Account', { describes: 'For which customer it is: it shows what that one pays.' })),
    priceList: optional(
      ref('PriceList', { describes: 'Whose prices it shows; the customer’s or default one’s if absent.' }),
    ),
    channel: optional(text({ max: 40, describes: 'The channel of the sale.' })),
    currency: optional(
      text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, describes: 'ISO 4217; the tenant’s own when absent.' }),
    ),
    showsPrices: defaulted(boolean({ describes: 'Whether it says what things cost.' }), true),
    validUntil: date({ describes: 'The last day on which it can be seen.' }),
    owner: optional(ref('User', { describes: 'Who made it.' })),
    team: optional(ref('Team', { describes: 'The team that made it.' })),
    entries: derivedOptional(
      parts('CatalogueEntry', entry, { describes: 'What it shows, from when it was published.' }),
    ),
    pricedOn: derivedOptional(date({ describes: 'The day whose prices it shows.' })),
    openUntil: derivedOptional(dateTime({ describes: 'When its pages close.' })),
    pdf: derivedOptional(ref('File', { describes: 'The document.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: { DRAFT: ['PUBLISHED'], PUBLISHED: ['ENDED'], ENDED: [] },
    frozenIn: ['PUBLISHED', 'ENDED'],
    closedIn: ['ENDED'],
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'validUntil' },
  },
  defaults: ['create', 'update', 'archive'],
  title: ({ name }) => name,
  check: (catalogue) => catalogueProblems(catalogue),
  dueAt: ({ status, openUntil }) => (status === 'PUBLISHED' ? openUntil : undefined),
});

/** A catalogue, as code sees it. */
export type CatalogueRow = Row<typeof Catalogue>;
