import {
  date,
  decimal,
  defaulted,
  derived,
  entity,
  externalIds,
  inheritsFrom,
  list,
  noOwner,
  object,
  optional,
  percent,
  ref,
  text,
  type Row,
} from '#kernel';
import { entryProblems } from './price-entries.rules.ts';
import { holderProblems, priceSpot, targetProblems } from './price-spot.rules.ts';

/** Entries of one price, at most. */
const mostEntries = 50;

/** A price or discount on its conditions, as a field. */
export const priceEntry = object('PriceEntry', {
  price: optional(decimal({ min: '0', describes: 'The price of one. Zero is a price.' })),
  percentOff: optional(
    percent({
      describes:
        'In place of a price: off the price that would count otherwise. For a customer it shows as a discount.',
    }),
  ),
  currency: optional(
    text({
      min: 3,
      max: 3,
      pattern: /^[A-Z]{3}$/,
      describes: 'ISO 4217; that of the list or of the document when absent.',
    }),
  ),
  minQuantity: defaulted(decimal({ min: '0', describes: 'From how many on.' }), '0'),
  unit: optional(
    text({ max: 20, describes: 'The unit that price and quantity count; the product’s own when absent.' }),
  ),
  validFrom: optional(date({ describes: 'The first day.' })),
  validTo: optional(date({ describes: 'The last day.' })),
  warehouse: optional(text({ max: 80, describes: 'Only for what leaves this warehouse.' })),
  channel: optional(text({ max: 40, describes: 'Only for sales through this channel.' })),
});

/** What a price is for; nothing of it for everything. */
export const priceTargets = {
  product: optional(ref('Product', { describes: 'The product or variant.' })),
  variant: optional(ref('Product', { describes: 'The variant, where the price is for it alone.' })),
  family: optional(text({ max: 80, describes: 'The family, with those within it: `Drinks/Juices`.' })),
  brand: optional(text({ max: 80, describes: 'The brand.' })),
};

const kept = {
  ...priceTargets,
  entries: list(priceEntry, {
    max: mostEntries,
    describes: 'Its prices by quantity, days, unit, warehouse and channel.',
  }),
  externalIds: externalIds(),
  place: derived(
    text({ max: 250, unique: true, describes: 'Holder and target in one: there is one record for each.' }),
  ),
};

/** What a price list or a group of customers pays for something: no secret within the tenant. */
export const Price = entity('Price', {
  idPrefix: 'prc',
  describes:
    'What something costs in a price list or for a group of customers: a product (or a variant), a family, a brand, or everything when none is named.',
  fields: {
    list: optional(ref('PriceList', { describes: 'The list that it is in.' })),
    group: optional(
      text({ max: 80, describes: 'The group of customers whose special price it is: a chain, a buying group.' }),
    ),
    ...kept,
  },
  owner: noOwner,
  keys: {
    byList: { gsi: 1, of: 'list', sort: 'place', on: 'PriceList.prices' },
    all: { gsi: 3, sort: 'place' },
    byProduct: { gsi: 4, of: 'product', sort: 'place' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ place }) => place,
  prepare: (price) => ({ place: priceSpot(price) }),
  check: (price) => [...holderProblems(price), ...targetProblems(price), ...entryProblems(price.entries)],
});

/** A price, as code sees it. */
export type PriceRow = Row<typeof Price>;

/** What a single customer pays for something. Apart from `Price`, for it is seen by those alone who see the customer. */
export const SpecialPrice = entity('SpecialPrice', {
  idPrefix: 'spp',
  describes:
    'What something costs for one customer: a product (or a variant), a family, a brand, or everything when none is named. Seen by those who see the customer.',
  fields: { account: ref('Account', { describes: 'The customer whose special price it is.' }), ...kept },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'place', on: 'Account.specialPrices' },
    all: { gsi: 3, sort: 'place' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id', 'account'],
  title: ({ place }) => place,
  prepare: (price) => ({ place: priceSpot(price) }),
  check: (price) => [...targetProblems(price), ...entryProblems(price.entries)],
});

/** A customer's price, as code sees it. */
export type SpecialPriceRow = Row<typeof SpecialPrice>;
