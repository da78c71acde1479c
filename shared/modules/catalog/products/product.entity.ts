import {
  boolean,
  choice,
  customFields,
  decimal,
  defaulted,
  entity,
  externalIds,
  file,
  integer,
  list,
  longText,
  money,
  noOwner,
  object,
  optional,
  ref,
  tags,
  text,
  type Row,
} from '#kernel';
import { taxCategory } from '#modules/catalog/taxes';
import { productProblems } from './product.rules.ts';

const characteristic = object('ProductCharacteristic', {
  name: text({ max: 80, describes: 'What is measured: weight, voltage, colour.' }),
  value: text({ max: 200, describes: 'The value: 12.5, 220, red.' }),
  unit: optional(text({ max: 20, describes: 'Its unit: kg, V.' })),
});

const otherUnit = object('ProductUnit', {
  unit: text({ min: 1, max: 20, describes: 'The unit: box, dozen, pallet.' }),
  holds: decimal({ min: '0.000001', describes: 'How many of the product’s own unit it holds: 12.' }),
  barcode: optional(text({ max: 60, describes: 'The code on it.' })),
});

const bundled = object('BundledProduct', {
  product: ref('Product', { describes: 'What is in it.' }),
  quantity: decimal({ min: '0.000001', describes: 'How many, in the unit of that product.' }),
});

const supply = object('ProductSupply', {
  supplier: ref('Account', { describes: 'Who sells it to us.' }),
  code: optional(text({ max: 60, describes: 'What they call it.' })),
  price: optional(money({ describes: 'What they ask for one.' })),
  minimum: optional(decimal({ min: '0', describes: 'How many must be ordered at least.' })),
  days: optional(integer({ min: 0, max: 1000, describes: 'Days from order to arrival.' })),
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
    family: optional(
      text({
        max: 80,
        search: 'words',
        describes:
          'The family or line that it belongs to; a family within another is written behind it: `Drinks/Juices`.',
      }),
    ),
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
    units: optional(
      list(otherUnit, {
        max: 20,
        describes: 'Other units in which it is sold or bought, and how many of its own they hold.',
      }),
    ),
    variantOf: optional(
      ref('Product', { describes: 'The product of which it is a variant; that one is no variant itself.' }),
    ),
    variant: optional(
      list(characteristic, { max: 10, describes: 'What tells the variant from the others: colour red, size M.' }),
    ),
    bundle: optional(
      list(bundled, { max: 50, describes: 'What it consists of, where it is sold as a set of other products.' }),
    ),
    isSold: defaulted(boolean({ describes: 'Whether we sell it.' }), true),
    isBought: defaulted(boolean({ describes: 'Whether we buy it.' }), false),
    listPrice: optional(money({ describes: 'Price of one unit before taxes and discounts.' })),
    cost: optional(money({ describes: 'What one unit costs us.' })),
    suppliers: optional(
      list(supply, { max: 20, describes: 'From whom it is bought, the preferred one first, and on what terms.' }),
    ),
    taxCategory: defaulted(taxCategory, 'STANDARD'),
    taxCodes: optional(
      list(text({ min: 1, max: 40, describes: 'The code of a tax, as `taxRates` names it.' }), {
        max: 10,
        describes:
          'Taxes besides those of its category: an excise, a levy; a VAT among them takes the place of the category’s.',
      }),
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
    variants: { gsi: 1, of: 'variantOf', sort: 'name', on: 'Product.variants' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (product) => productProblems(product),
});

/** A product, as code sees it. */
export type ProductRow = Row<typeof Product>;
