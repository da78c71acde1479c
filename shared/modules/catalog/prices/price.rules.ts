// Where a price is looked for, and which of those found counts (domain 2.3). The first step that knows one wins.
import { given } from '#kernel';
import { Exact } from '#kernel/decimals';
import {
  inDocument,
  matching,
  unitPriceText,
  type Match,
  type PriceAsk,
  type PricesByPlace,
} from './price-entries.rules.ts';
import { groupHolder, type Adjustment, type Holders, type ListInChain, type PricedItem } from './price-places.rules.ts';

/** The steps in which a price is looked for. */
export const priceSteps = ['MANUAL', 'CONTRACT', 'CONTRACT_GROUP', 'PRICELIST', 'PRODUCT'] as const;
/** A step in which a price is looked for. */
export type PriceStep = (typeof priceSteps)[number];

/** A step of the search, as it is kept on a line: what was looked at and what it said. */
export type TraceStep = {
  readonly step: PriceStep | 'ADJUSTMENT' | 'CURRENCY' | 'UNIT' | 'DISCOUNT';
  readonly place?: string;
  readonly value: string;
};

/** A price found, per unit of the line, in the document's currency and unrounded. */
export type FoundPrice = {
  readonly unitPrice: string;
  readonly step: PriceStep;
  readonly includesTax: boolean;
  /** A special discount of the customer on top of the price. */
  readonly percentOff: readonly { readonly place: string; readonly percent: string }[];
  readonly trace: readonly TraceStep[];
};

/** The first price in the order of the steps; undefined when nobody knows one. Zero counts: somebody wrote it. */
export const findPrice = (
  item: PricedItem,
  holders: Holders,
  ask: PriceAsk,
  prices: PricesByPlace,
): FoundPrice | undefined => {
  const discounts: { place: string; percent: string }[] = [];
  for (const [step, holder] of contractsOf(holders)) {
    for (const { place, entry } of matching(item, holder, ask, prices)) {
      if (entry.percentOff !== undefined && discounts.length === 0)
        discounts.push({ place, percent: entry.percentOff });
      const price = entry.price === undefined ? undefined : inDocument(entry.price, entry, item, ask);
      if (price !== undefined) return { ...ofStep(step, price, false, place), percentOff: discounts };
    }
  }
  const found = fromLists(item, holders.lists, ask, prices) ?? fromProduct(item, holders.lists, ask);
  return found && { ...found, percentOff: discounts };
};

const contractsOf = ({ account, group }: Holders): readonly (readonly [PriceStep, string])[] => [
  ...(account ? ([['CONTRACT', account]] as const) : []),
  ...(group ? ([['CONTRACT_GROUP', groupHolder(group)]] as const) : []),
];

type WithoutDiscounts = Omit<FoundPrice, 'percentOff'>;

/** The first list of the chain that has a price, or a percentage off the price of those below it; adjusted by all lists above it. */
const fromLists = (
  item: PricedItem,
  lists: readonly ListInChain[],
  ask: PriceAsk,
  prices: PricesByPlace,
): WithoutDiscounts | undefined => {
  const [list, ...rest] = lists;
  if (!list) return undefined;
  const matches = matching(item, list.id, ask, prices);
  const [first] = matches;
  const own = priceIn(matches, list, item, ask);
  if (own && first?.entry.price !== undefined) return own;
  const below =
    own ?? fromLists(item, rest, ask, prices) ?? (rest.length === 0 ? fromProduct(item, [], ask) : undefined);
  if (!below) return undefined;
  if (first?.entry.percentOff !== undefined)
    return then(below, {
      step: 'DISCOUNT',
      place: first.place,
      value: lessPercent(below.unitPrice, first.entry.percentOff),
    });
  return list.adjustment
    ? then(below, { step: 'ADJUSTMENT', place: list.id, value: adjusted(below.unitPrice, list.adjustment) })
    : below;
};

/** The best price among those of a list, percentages aside. */
const priceIn = (
  matches: readonly Match[],
  { includesTax }: ListInChain,
  item: PricedItem,
  ask: PriceAsk,
): WithoutDiscounts | undefined => {
  const match = matches.find(({ entry }) => entry.price !== undefined);
  const value = match?.entry.price === undefined ? undefined : inDocument(match.entry.price, match.entry, item, ask);
  return match && value !== undefined ? ofStep('PRICELIST', value, includesTax, match.place) : undefined;
};

const fromProduct = (item: PricedItem, lists: readonly ListInChain[], ask: PriceAsk): WithoutDiscounts | undefined => {
  if (lists.length > 0 || !item.listPrice) return undefined;
  const value = inDocument(item.listPrice.price, { currency: item.listPrice.currency }, item, ask);
  return value === undefined ? undefined : ofStep('PRODUCT', value, false);
};

const ofStep = (step: PriceStep, unitPrice: string, includesTax: boolean, place?: string): WithoutDiscounts => ({
  unitPrice,
  step,
  includesTax,
  trace: [given({ step, value: unitPrice, place })],
});

const then = (found: WithoutDiscounts, step: TraceStep): WithoutDiscounts => ({
  ...found,
  step: 'PRICELIST',
  unitPrice: step.value,
  trace: [...found.trace, step],
});

const lessPercent = (price: string, percent: string): string =>
  unitPriceText(new Exact(price).times(new Exact(100).minus(percent)).div(100));

/** Percent, rounding, surcharge, then no less and no more than the margins over the price below. */
const adjusted = (
  price: string,
  { percent = '0', roundTo, surcharge = '0', minMargin, maxMargin }: Adjustment,
): string => {
  const base = new Exact(price);
  const changed = base.times(new Exact(100).plus(percent)).div(100);
  const rounded = roundTo === undefined ? changed : changed.div(roundTo).toDecimalPlaces(0).times(roundTo);
  const raised = rounded.plus(surcharge);
  const atLeast = minMargin === undefined ? raised : Exact.max(raised, base.plus(minMargin));
  return unitPriceText(maxMargin === undefined ? atLeast : Exact.min(atLeast, base.plus(maxMargin)));
};
