import {
  boolean,
  choice,
  customFields,
  defaulted,
  entity,
  externalIds,
  file,
  list,
  longText,
  money,
  noOwner,
  object,
  optional,
  tags,
  text,
  type Row,
} from '#kernel';
import { productProblems } from './product.rules.ts';

const characteristic = object('ProductCharacteristic', {
  name: text({ max: 80, describes: 'What is measured: weight, voltage, colour.' }),
  value: text({ max: 200, describes: 'The value: 12.5, 220, red.' }),
  unit: optional(text({ max: 20, describes: 'Its unit: kg, V.' })),
});

/** Something that we sell or buy. */
export const Product = entity('Product', {
  idPrefix: 'prd',
  describes: 'Goods or a service that we sell, buy or both.',
  fields: {
    sku: text({ max: 60, unique: true, search: 'words', describes: 'Our own code for it; no two products share one.' }),
    name: text({ search: 'words', describes: 'What it is called on offers and invoices.' }),
    kind: defaulted(
      choice(['GOODS', 'SERVICE'], {
        named: 'ProductKind',
        describes: 'Goods can be stored and delivered; a service cannot.',
      }),
      'GOODS',
    ),
    description: optional(longText({ describes: 'What it is, for offers.' })),
    family: optional(text({ max: 80, search: 'words', describes: 'The family or line that it belongs to.' })),
    brand: optional(text({ max: 80, search: 'words', describes: 'Its brand.' })),
    barcode: optional(
      text({
        max: 60,
        unique: true,
        search: 'words',
        describes: 'EAN, UPC or another code on the package; no two products share one.',
      }),
    ),
    characteristics: optional(list(characteristic, { max: 100, describes: 'Technical data.' })),
    unit: defaulted(text({ max: 20, describes: 'What prices and quantities count: unit, hour, kg, box.' }), 'unit'),
    isSold: defaulted(boolean({ describes: 'Whether we sell it.' }), true),
    isBought: defaulted(boolean({ describes: 'Whether we buy it.' }), false),
    listPrice: optional(money({ describes: 'Price of one unit before taxes and discounts.' })),
    cost: optional(money({ describes: 'What one unit costs us.' })),
    taxCategory: defaulted(
      choice(['STANDARD', 'REDUCED', 'ZERO', 'EXEMPT', 'NOT_SUBJECT'], {
        named: 'TaxCategory',
        describes: 'How sales of it are taxed; the country says at which rate.',
      }),
      'STANDARD',
    ),
    pictures: optional(list(file(), { max: 20, describes: 'Pictures; lists show the first one.' })),
    active: defaulted(boolean({ describes: 'Whether it may be put on new documents.' }), true),
    externalIds: externalIds(),
    custom: customFields(),
    tags: optional(tags({ describes: 'Free labels.' })),
  },
  owner: noOwner,
  keys: {
    byFamily: { gsi: 4, of: 'family', sort: 'name', keepsClosed: true },
    byName: { gsi: 3, sort: 'name' },
    bySku: { gsi: 5, of: 'sku' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (product) => productProblems(product),
});

/** A product, as code sees it. */
export type ProductRow = Row<typeof Product>;
