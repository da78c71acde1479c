// Where prices are kept: who holds them, and what they are for.
import { ancestorsOf } from '#modules/catalog/products';

/** What a price is for, from the most special to everything. */
export const priceScopes = ['VARIANT', 'PRODUCT', 'FAMILY', 'BRAND', 'ALL'] as const;

/** What is to be priced. */
export type PricedItem = {
  /** The variant where it is one, else the product itself. */
  readonly product: string;
  /** The product that it is a variant of. */
  readonly variantOf?: string;
  readonly family?: string;
  readonly brand?: string;
  /** How many of the product's own unit each unit holds; its own holds 1. */
  readonly units: ReadonlyMap<string, string>;
  readonly ownUnit: string;
  readonly listPrice?: { readonly price: string; readonly currency: string };
};

/** Price lists from the customer's own to the one that all others rest upon. */
export type ListInChain = {
  readonly id: string;
  readonly includesTax: boolean;
  readonly adjustment?: Adjustment;
};

/** How a list makes its prices of those of the list that it rests upon: percent, then rounding, then surcharge, within margins. */
export type Adjustment = {
  /** Off when negative: `-10` is ten percent less. */
  readonly percent?: string;
  readonly roundTo?: string;
  readonly surcharge?: string;
  readonly minMargin?: string;
  readonly maxMargin?: string;
};

/** Who may hold prices for a customer. */
export type Holders = { readonly account?: string; readonly group?: string; readonly lists: readonly ListInChain[] };

/** The name under which a holder keeps its prices of something. */
export const placeOf = (holder: string, scope: (typeof priceScopes)[number], of = ''): string =>
  `${holder} ${scope}${of === '' ? '' : ` ${of.toLowerCase()}`}`;

/** All places of lists and groups that may hold a price of an item, so that they are read at once. */
export const placesOf = (item: PricedItem, { group, lists }: Omit<Holders, 'account'>): readonly string[] =>
  [...(group ? [groupHolder(group)] : []), ...lists.map(({ id }) => id)].flatMap((holder) => placesAt(holder, item));

/** All places at which one holder may have a price of an item. */
export const placesAt = (holder: string, item: PricedItem): readonly string[] =>
  targetsOf(item).map(([scope, of]) => placeOf(holder, scope, of));

/** The holder of a group's prices. */
export const groupHolder = (group: string): string => `group:${group.toLowerCase()}`;

/** What a price may be for. */
export type Target = readonly [scope: (typeof priceScopes)[number], of: string];

/** What may hold the price of an item, from the most special to everything: a family before the one that it lies within. */
export const targetsOf = ({ product, variantOf, family, brand }: PricedItem): readonly Target[] => [
  ...(variantOf
    ? ([
        ['VARIANT', product],
        ['PRODUCT', variantOf],
      ] as const)
    : ([['PRODUCT', product]] as const)),
  ...ancestorsOf(family).map((path): Target => ['FAMILY', path]),
  ...(brand ? ([['BRAND', brand]] as const) : []),
  ['ALL', ''],
];
