import type { Money, Problem } from '#kernel';
import { compareDecimals } from '#kernel/decimals';
import { isWithin } from '#modules/catalog/products';

/** What promotions do. */
export const promotionKinds = [
  'PERCENT',
  'AMOUNT_PER_UNIT',
  'NET_PRICE',
  'BUY_X_GET_Y',
  'BUNDLE',
  'THRESHOLD',
] as const;
/** What a promotion does. */
export type PromotionKind = (typeof promotionKinds)[number];

/** What a promotion is for. */
export type PromotionScope = {
  readonly products?: readonly string[];
  readonly families?: readonly string[];
  readonly brands?: readonly string[];
  readonly excluded?: readonly string[];
};

/** A line as scopes see it. */
export type ScopedLine = {
  readonly product?: string;
  readonly variantOf?: string;
  readonly family?: string;
  readonly brand?: string;
  readonly quantity: string;
};

/** To whom a promotion speaks, and when. */
export type PromotionTerms = {
  readonly accounts?: readonly string[];
  readonly groups?: readonly string[];
  readonly channel?: string;
  readonly coupon?: string;
  readonly validFrom?: string;
  readonly validTo?: string;
};

/** A sale, as terms see it. */
export type Sale = {
  readonly account?: string;
  readonly priceGroup?: string;
  readonly channel?: string;
  readonly coupons: readonly string[];
  readonly day: string;
};

/** Whether a promotion speaks to a sale. */
export const isFor = (terms: PromotionTerms, { account, priceGroup, channel, coupons, day }: Sale): boolean =>
  (terms.validFrom ?? '') <= day &&
  (terms.validTo === undefined || day <= terms.validTo) &&
  (terms.channel === undefined || terms.channel === channel) &&
  isAmong(terms.accounts, account) &&
  isAmong(terms.groups, priceGroup) &&
  (terms.coupon === undefined || coupons.some((coupon) => sameWord(coupon, terms.coupon ?? '')));

/** Whether two coupons are the same, however they are written. */
export const sameWord = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();

/** Whether a promotion is for a line; one that names nothing is for every line. */
export const covers = (
  { products = [], families = [], brands = [], excluded = [] }: PromotionScope,
  { product, variantOf, family, brand }: ScopedLine,
): boolean => {
  const names = [product, variantOf].filter((name) => name !== undefined);
  if (names.some((name) => excluded.includes(name))) return false;
  if (products.length + families.length + brands.length === 0) return true;
  return (
    names.some((name) => products.includes(name)) ||
    families.some((path) => isWithin(family, path)) ||
    brands.some((each) => brand !== undefined && sameWord(each, brand))
  );
};

/** Whether a line holds enough for a promotion. */
export const isEnough = ({ quantity }: ScopedLine, minQuantity = '0'): boolean =>
  compareDecimals(quantity, minQuantity) >= 0;

const isAmong = (names: readonly string[] | undefined, name: string | undefined): boolean =>
  names === undefined || names.length === 0 || (name !== undefined && names.includes(name));

type Promotion = PromotionTerms & {
  readonly kind: PromotionKind;
  readonly value?: string;
  readonly buy?: number;
  readonly get?: number;
  readonly items?: readonly unknown[];
  readonly bundlePrice?: Money;
  readonly steps?: readonly { readonly percent?: string; readonly amount?: Money; readonly from: Money }[];
};

/** What is wrong with a promotion. */
export const promotionProblems = (promotion: Promotion): readonly Problem[] => [
  ...missing(promotion).map((name) => ({
    code: 'INCOMPLETE_PROMOTION',
    message: `A promotion of kind ${promotion.kind} says ${name}.`,
    path: [name],
  })),
  ...(promotion.kind === 'PERCENT' && compareDecimals(promotion.value ?? '0', '100') > 0
    ? [{ code: 'BAD_INPUT', message: 'At most 100 percent.', path: ['value'] }]
    : []),
  ...(promotion.steps ?? []).flatMap(({ percent, amount }, index) =>
    (percent === undefined) === (amount === undefined)
      ? [
          {
            code: 'INCOMPLETE_PROMOTION',
            message: 'A step takes off a percentage or an amount.',
            path: ['steps', index],
          },
        ]
      : [],
  ),
  ...(promotion.validFrom !== undefined && promotion.validTo !== undefined && promotion.validTo < promotion.validFrom
    ? [{ code: 'BAD_INPUT', message: 'It ends before it begins.', path: ['validTo'] }]
    : []),
];

const needed: Readonly<Record<PromotionKind, readonly (keyof Promotion)[]>> = {
  PERCENT: ['value'],
  AMOUNT_PER_UNIT: ['value'],
  NET_PRICE: ['value'],
  BUY_X_GET_Y: ['buy', 'get'],
  BUNDLE: ['items', 'bundlePrice'],
  THRESHOLD: ['steps'],
};

const missing = (promotion: Promotion): readonly string[] =>
  needed[promotion.kind].filter((name) => {
    const value = promotion[name];
    return value === undefined || (Array.isArray(value) && value.length === 0);
  });
