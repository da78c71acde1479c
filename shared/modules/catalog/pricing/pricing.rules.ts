// How products, prices and promotions become what the amounts are computed of.
import { compareDecimals } from '#kernel/decimals';
import { given, toDecimal, type Money } from '#kernel';
import type { FoundPrice, PricedItem } from '#modules/catalog/prices';
import { covers, isEnough, type PromotionRow, type ScopedLine } from '#modules/catalog/promotions';
import type { Discount } from './line-amounts.rules.ts';
import type { DocumentPromotion } from './promotions.rules.ts';

/** A product, as prices see it. */
type Product = {
  readonly id: string;
  readonly variantOf?: string;
  readonly family?: string;
  readonly brand?: string;
  readonly unit: string;
  readonly units?: readonly { readonly unit: string; readonly holds: string }[];
  readonly listPrice?: Money;
};

/** A product, as prices see it. */
export const itemOf = ({ id, variantOf, family, brand, unit, units = [], listPrice }: Product): PricedItem =>
  given({
    product: id,
    ownUnit: unit,
    units: new Map([[unit, '1'], ...units.map((other) => [other.unit, other.holds] as const)]),
    ...{ variantOf, family, brand },
    listPrice: listPrice && { price: toDecimal(listPrice), currency: listPrice.currency },
  });

type GivenLine = {
  readonly discounts?: readonly Pick<Discount, 'kind' | 'value' | 'stacking' | 'group'>[];
};

/** All discounts of a line: what the customer is granted, what promotions grant each line, what was given by hand. */
export const discountsFrom = (
  { discounts = [] }: GivenLine,
  { percentOff }: Pick<FoundPrice, 'percentOff'>,
  running: readonly PromotionRow[],
  line: ScopedLine,
): readonly Discount[] => [
  ...percentOff.map(({ place, percent }): Discount => ({
    id: place,
    source: 'CUSTOMER',
    kind: 'PERCENT',
    value: percent,
    stacking: 'CASCADE',
  })),
  ...running.flatMap((promotion) => lineDiscount(promotion, line) ?? []),
  ...discounts.map((discount, index): Discount => ({
    ...discount,
    id: `manual-${String(index + 1)}`,
    source: 'MANUAL',
  })),
];

const lineDiscount = (promotion: PromotionRow, line: ScopedLine): Discount | undefined => {
  const { id, kind, value = '0', exclusiveGroup, priority, firstUnits } = promotion;
  if (kind === 'BUY_X_GET_Y' || kind === 'BUNDLE' || kind === 'THRESHOLD') return undefined;
  if (!covers(promotion, line) || !isEnough(line, promotion.minQuantity)) return undefined;
  return given({
    ...{ id, kind, value, priority, source: 'PROMOTION' as const },
    stacking: exclusiveGroup === undefined ? ('CASCADE' as const) : ('EXCLUSIVE' as const),
    group: exclusiveGroup,
    upTo: firstUnits,
  });
};

/** Promotions over several lines, with the lines that each is for. What they say of another currency does not count. */
export const documentPromotions = (
  running: readonly PromotionRow[],
  lines: readonly (ScopedLine & { readonly id: string })[],
  currency: string,
): readonly DocumentPromotion[] =>
  running.flatMap((promotion): readonly DocumentPromotion[] => {
    const covered = lines.filter((line) => covers(promotion, line)).map(({ id }) => id);
    const about = {
      id: promotion.id,
      priority: promotion.priority,
      stopsFurther: promotion.stopsFurther,
      lines: covered,
    };
    switch (promotion.kind) {
      case 'BUY_X_GET_Y':
        return [{ ...about, ...unitsOf(promotion, lines), kind: 'BUY_X_GET_Y', mixed: promotion.mixed }];
      case 'BUNDLE': {
        const { items = [], bundlePrice } = promotion;
        return bundlePrice?.currency === currency ? [{ ...about, kind: 'BUNDLE', items, price: bundlePrice }] : [];
      }
      case 'THRESHOLD':
        return [{ ...about, kind: 'THRESHOLD', steps: stepsIn(promotion, currency) }];
      default:
        return [];
    }
  });

const stepsIn = ({ steps = [] }: PromotionRow, currency: string) =>
  steps.filter(({ from, amount }) => from.currency === currency && (amount?.currency ?? currency) === currency);

const unitsOf = (
  { buy = 1, get = 1, getPercent = '100', gifts }: PromotionRow,
  lines: readonly (ScopedLine & { readonly id: string })[],
) => ({
  ...{ buy, get, percent: getPercent },
  ...(gifts && {
    gifts: lines
      .filter((line) => covers({ products: gifts }, line) && compareDecimals(line.quantity, '0') > 0)
      .map(({ id }) => id),
  }),
});
