// What a line costs before the document's own discounts and taxes (domain 2.4, steps a to d).
import { moneyOf, roundedMoney, subtract, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';

/** Where a discount comes from. */
export const discountSources = ['PROMOTION', 'AGREEMENT', 'CUSTOMER', 'MANUAL'] as const;
/** What a discount's value is: a percentage, an amount off each unit, an amount off the line, or the price of a unit. */
export const discountKinds = ['PERCENT', 'AMOUNT_PER_UNIT', 'AMOUNT', 'NET_PRICE'] as const;
/** How percentages meet: one upon the other, added up first, or only the best of their group. */
export const discountStackings = ['CASCADE', 'ADD', 'EXCLUSIVE'] as const;

/** Something taken off a line. */
export type Discount = {
  readonly id: string;
  readonly source: (typeof discountSources)[number];
  readonly kind: (typeof discountKinds)[number];
  /** A percentage, or an amount of the document's currency. */
  readonly value: string;
  readonly stacking: (typeof discountStackings)[number];
  /** Of exclusive discounts with the same group only the best counts. */
  readonly group?: string;
  /** Decides between equally good ones; the greater wins. */
  readonly priority?: number;
  /** For the first so many units only. */
  readonly upTo?: string;
};

/** A line before it is priced. */
export type LineToPrice = {
  readonly quantity: string;
  readonly unitPrice: string;
  readonly discounts: readonly Discount[];
};

/** A line's amounts: `net` is `gross` less `discount`. */
export type LineAmounts = {
  /** The price of a unit, or the net price that replaced it. */
  readonly unitPrice: string;
  readonly gross: Money;
  readonly discount: Money;
  readonly net: Money;
  /** The discounts that counted. */
  readonly applied: readonly Discount[];
};

/** Prices a line: `gross` is rounded once, percentages once, amounts once; never more is taken off than there is. */
export const lineAmounts = (line: LineToPrice, currency: string): LineAmounts => {
  const applied = withoutBeaten(line);
  const unitPrice = replacedPrice(line.unitPrice, applied);
  const gross = roundedMoney(new Exact(line.quantity).times(unitPrice), currency);
  const taken =
    takenByPercent(line.quantity, unitPrice, applied, currency).minor + takenAmounts(line, applied, currency).minor;
  const discount = moneyOf(Math.min(taken, gross.minor), currency);
  return { unitPrice, gross, discount, net: subtract(gross, discount), applied };
};

type Value = InstanceType<typeof Exact>;

/** Of each exclusive group the one that gives most stays; of equal ones the more important, then the one with the lesser id. */
const withoutBeaten = (line: LineToPrice): readonly Discount[] => {
  const best = new Map<string, Discount>();
  for (const discount of line.discounts) {
    if (discount.stacking !== 'EXCLUSIVE') continue;
    const rival = best.get(discount.group ?? '');
    if (!rival || isBetter(line, discount, rival)) best.set(discount.group ?? '', discount);
  }
  return line.discounts.filter(
    (discount) => discount.stacking !== 'EXCLUSIVE' || best.get(discount.group ?? '') === discount,
  );
};

const isBetter = (line: LineToPrice, one: Discount, other: Discount): boolean => {
  const order =
    worthAlone(line, one).comparedTo(worthAlone(line, other)) || (one.priority ?? 0) - (other.priority ?? 0);
  return order === 0 ? one.id < other.id : order > 0;
};

const worthAlone = ({ quantity, unitPrice }: LineToPrice, { kind, value, upTo }: Discount): Value => {
  const units = unitsOf(quantity, upTo);
  switch (kind) {
    case 'PERCENT':
      return units.times(unitPrice).times(value).div(100);
    case 'AMOUNT_PER_UNIT':
      return units.times(value);
    case 'AMOUNT':
      return new Exact(value);
    case 'NET_PRICE':
      return units.times(new Exact(unitPrice).minus(value));
  }
};

const unitsOf = (quantity: string, upTo: string | undefined): Value =>
  upTo === undefined ? new Exact(quantity) : Exact.min(quantity, upTo);

/** A net price for all units takes the place of the unit's price; of several the least. Only by hand may it be the greater. */
const replacedPrice = (unitPrice: string, discounts: readonly Discount[]): string => {
  const prices = discounts.filter(({ kind, upTo }) => kind === 'NET_PRICE' && upTo === undefined);
  if (prices.length === 0) return unitPrice;
  const least = Exact.min(...prices.map(({ value }) => value));
  return (prices.some(({ source }) => source === 'MANUAL') ? least : Exact.min(least, unitPrice)).toFixed();
};

/** Discounts for the first units split the line at their limits; each stretch has its own price, and all are rounded as one. */
const takenByPercent = (
  quantity: string,
  unitPrice: string,
  discounts: readonly Discount[],
  currency: string,
): Money => {
  const limits = discounts.flatMap(({ upTo }) => (upTo === undefined ? [] : [Exact.min(quantity, upTo)]));
  const ends = [...limits, new Exact(quantity)].sort((a, b) => a.comparedTo(b));
  let [from, taken] = [new Exact(0), new Exact(0)];
  for (const end of ends) {
    const inForce = discounts.filter(({ upTo }) => upTo === undefined || end.lte(upTo));
    taken = taken.plus(end.minus(from).times(new Exact(unitPrice).minus(priceUnder(unitPrice, inForce))));
    from = end;
  }
  return roundedMoney(taken, currency);
};

/** The unit's price under percentages and net prices for a stretch: added ones are summed, the others follow one upon the other. */
const priceUnder = (unitPrice: string, discounts: readonly Discount[]): Value => {
  const netPrices = discounts.filter(({ kind, upTo }) => kind === 'NET_PRICE' && upTo !== undefined);
  const price = Exact.min(unitPrice, ...netPrices.map(({ value }) => value));
  const percents = discounts.filter(({ kind }) => kind === 'PERCENT');
  const added = percents
    .filter(({ stacking }) => stacking === 'ADD')
    .reduce((sum, { value }) => sum.plus(value), new Exact(0));
  return percents
    .filter(({ stacking }) => stacking !== 'ADD')
    .reduce((left, { value }) => left.times(leftOf(value)), price.times(leftOf(added)));
};

const leftOf = (percent: string | Value): Value => Exact.max(0, new Exact(100).minus(percent)).div(100);

const takenAmounts = ({ quantity }: LineToPrice, discounts: readonly Discount[], currency: string): Money =>
  roundedMoney(
    discounts.reduce((taken, { kind, value, upTo }) => {
      if (kind === 'AMOUNT_PER_UNIT') return taken.plus(unitsOf(quantity, upTo).times(value));
      return kind === 'AMOUNT' ? taken.plus(value) : taken;
    }, new Exact(0)),
    currency,
  );
