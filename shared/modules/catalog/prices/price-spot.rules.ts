import type { Problem } from '#kernel';
import { groupHolder, placeOf } from './price-places.rules.ts';

/** Who holds a price, and what it is for: one of each, or nothing for everything. */
export type PriceSpot = {
  readonly list?: string;
  readonly account?: string;
  readonly group?: string;
  readonly product?: string;
  readonly variant?: string;
  readonly family?: string;
  readonly brand?: string;
};

/** The place of a price among all prices. */
export const priceSpot = (spot: PriceSpot): string =>
  placeOf(spot.list ?? spot.account ?? groupHolder(spot.group ?? ''), scopeOf(spot), targetOf(spot));

/** What is wrong with the holder of a price of a list or a group. */
export const holderProblems = ({ list, group }: Pick<PriceSpot, 'list' | 'group'>): readonly Problem[] =>
  count([list, group]) === 1
    ? []
    : [{ code: 'ONE_HOLDER', message: 'A price is in a list or for a group: name one of them.', path: ['list'] }];

/** What is wrong with what a price is for. */
export const targetProblems = ({ product, variant, family, brand }: PriceSpot): readonly Problem[] =>
  count([variant ?? product, family, brand]) <= 1
    ? []
    : [
        {
          code: 'ONE_TARGET',
          message: 'A price is for a product, a family or a brand: name one of them, or none for everything.',
          path: ['product'],
        },
      ];

const scopeOf = ({ product, variant, family, brand }: PriceSpot) => {
  if (variant) return 'VARIANT';
  if (product) return 'PRODUCT';
  if (family) return 'FAMILY';
  return brand ? 'BRAND' : 'ALL';
};

const targetOf = ({ product, variant, family, brand }: PriceSpot): string =>
  variant ?? product ?? family ?? brand ?? '';

const count = (values: readonly unknown[]): number => values.filter((value) => value !== undefined).length;
