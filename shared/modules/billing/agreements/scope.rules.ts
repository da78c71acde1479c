// What of a document an agreement counts, and how far a customer has come by it. Pure.
import { toDecimal, type Money, type Problem } from '#kernel';
import { compareDecimals, decimalText, Exact } from '#kernel/decimals';
import type { MovementLine } from '#modules/billing/earnings';
import { isWithin } from '#modules/catalog/products';
import { tierProblems, type Reached, type Tier } from './rebate.rules.ts';

/** What tiers look at. */
export const agreementMetrics = ['NET_AMOUNT', 'QTY', 'WEIGHT', 'GROWTH_VS_LY'] as const;
/** What tiers look at. */
export type AgreementMetric = (typeof agreementMetrics)[number];

/** Which products count; all when nothing is named. What is excluded never does. */
export type Scope = {
  readonly products: readonly string[];
  readonly brands: readonly string[];
  readonly families: readonly string[];
  readonly excludedProducts: readonly string[];
  readonly excludedFamilies: readonly string[];
};

/** What is known of a product, as far as agreements look. */
export type ScopedProduct = {
  readonly id: string;
  readonly brand?: string;
  readonly family?: string;
  readonly unit: string;
  readonly units?: readonly { readonly unit: string; readonly holds: string }[];
  readonly characteristics?: readonly { readonly name: string; readonly value: string; readonly unit?: string }[];
};

/** Whether a product counts. A line without one counts where all do. */
export const isInScope = (scope: Scope, product: ScopedProduct | undefined): boolean => {
  const { products, brands, families } = scope;
  const isForAll = products.length + brands.length + families.length === 0;
  if (!product) return isForAll;
  const isExcluded =
    scope.excludedProducts.includes(product.id) ||
    scope.excludedFamilies.some((path) => isWithin(product.family, path));
  if (isExcluded) return false;
  return (
    isForAll ||
    products.includes(product.id) ||
    brands.includes(product.brand ?? '') ||
    families.some((path) => isWithin(product.family, path))
  );
};

/** A line that counts: its amount, and how many pieces or kilograms where tiers look at those. */
export type CountedLine = {
  readonly key: string;
  readonly product?: string;
  readonly base: Money;
  readonly counted: string;
};

/** The lines of a document that count. */
export const countedLines = (
  terms: Scope & { readonly metric: AgreementMetric; readonly excludeNet: boolean },
  lines: readonly MovementLine[],
  products: ReadonlyMap<string, ScopedProduct>,
): readonly CountedLine[] =>
  lines.flatMap((line): readonly CountedLine[] => {
    const product = products.get(line.product ?? '');
    if (!isInScope(terms, product) || (terms.excludeNet && line.isNet)) return [];
    const counted = countOf(terms.metric, line, product);
    const { key, base } = line;
    return [{ key, base, counted, ...(line.product !== undefined && { product: line.product }) }];
  });

const countOf = (metric: AgreementMetric, { quantity }: MovementLine, product: ScopedProduct | undefined): string => {
  if (metric === 'QTY') return quantity;
  if (metric === 'WEIGHT') return decimalText(new Exact(quantity).times(kilogramsOf(product)).toDecimalPlaces(6));
  return '0';
};

const perUnit: Readonly<Record<string, string>> = {
  kg: '1',
  g: '0.001',
  t: '1000',
  lb: '0.45359237',
  oz: '0.028349523125',
};

/** What one weighs, by its technical data; nothing where they say none. */
const kilogramsOf = (product: ScopedProduct | undefined): string => {
  const weight = product?.characteristics?.find(({ name }) => /^(?:weight|peso)$/i.test(name.trim()));
  const value = weight && /^\d+(?:[.,]\d+)?$/.test(weight.value) ? weight.value.replace(',', '.') : '0';
  return decimalText(new Exact(value).times(perUnit[weight?.unit?.toLowerCase() ?? 'kg'] ?? '0'));
};

/** How far a customer has come: what tiers look at, and the amount that they give a share of. */
export const reachedBy = (
  { metric, baseline }: { readonly metric: AgreementMetric; readonly baseline?: Money },
  { amount, counted }: { readonly amount: Money; readonly counted: string },
): Reached => {
  if (metric === 'QTY' || metric === 'WEIGHT') return { measure: counted, amount };
  if (metric === 'NET_AMOUNT') return { measure: decimalText(toDecimal(amount)), amount };
  const before = new Exact(baseline?.minor ?? 0);
  if (before.isZero()) return { measure: '0', amount };
  return { measure: decimalText(new Exact(amount.minor).div(before).minus(1).times(100).toDecimalPlaces(6)), amount };
};

type Terms = {
  readonly account?: string;
  readonly group?: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly metric: AgreementMetric;
  readonly baseline?: Money;
  readonly tiers: readonly Tier[];
};

/** What is wrong with the terms of an agreement. */
export const agreementProblems = (terms: Terms): readonly Problem[] => [
  ...tierProblems(terms.tiers),
  ...said(
    (terms.account === undefined) === (terms.group === undefined),
    'account',
    'Name a customer or a group of them, not both.',
  ),
  ...said(terms.endsOn < terms.startsOn, 'endsOn', 'It ends before it starts.'),
  ...said(
    terms.metric === 'GROWTH_VS_LY' && (terms.baseline?.minor ?? 0) <= 0,
    'baseline',
    'Growth is counted from what was bought the year before.',
  ),
  ...said(
    terms.metric !== 'GROWTH_VS_LY' && terms.tiers.some(({ from }) => compareDecimals(from, '0') < 0),
    'tiers',
    'A tier begins at zero or more.',
  ),
];

const said = (isWrong: boolean, field: string, message: string): readonly Problem[] =>
  isWrong ? [{ code: 'BAD_INPUT', message, path: [field] }] : [];
