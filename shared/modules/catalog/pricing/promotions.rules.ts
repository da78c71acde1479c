// Promotions over several lines of a document: buy X get Y, bundles, thresholds (domain 2.4 e). What they give is a discount
// on the lines that earned it, never a line without a price, so that stock, statistics and tax bases stay right.
import { allocate, moneyOf, percentOf, sum, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';

/** A line as promotions see it: what is left to pay for so many units. */
export type LineOnOffer = {
  readonly id: string;
  readonly product?: string;
  readonly quantity: string;
  readonly net: Money;
};

type About = {
  readonly id: string;
  /** The greater goes first. */
  readonly priority: number;
  /** Once it gave something, no other promotion is looked at. */
  readonly stopsFurther: boolean;
  /** The ids of the lines that it is for. */
  readonly lines: readonly string[];
};

/** A promotion over lines, with the lines that it is for. */
export type DocumentPromotion = About &
  (
    | {
        readonly kind: 'BUY_X_GET_Y';
        /** Units to pay, and units that are reduced for them. */
        readonly buy: number;
        readonly get: number;
        /** How much is off those units; 100 gives them away. */
        readonly percent: string;
        /** Units of different lines count together, and the cheapest are reduced. */
        readonly mixed: boolean;
        /** The lines whose units are reduced where they are other ones than those to buy. */
        readonly gifts?: readonly string[];
      }
    | {
        readonly kind: 'BUNDLE';
        readonly items: readonly { readonly product: string; readonly quantity: string }[];
        /** What the items cost together. */
        readonly price: Money;
      }
    | {
        readonly kind: 'THRESHOLD';
        /** Of the steps that the lines' sum reaches the last counts. */
        readonly steps: readonly { readonly from: Money; readonly percent?: string; readonly amount?: Money }[];
      }
  );

/** What a promotion takes off a line. */
export type Reduction = { readonly promotion: string; readonly line: string; readonly amount: Money };

/** What the promotions take off, in the order of their priority; each sees what those before it left. */
export const reductionsOf = (
  lines: readonly LineOnOffer[],
  promotions: readonly DocumentPromotion[],
): readonly Reduction[] => {
  const reductions: Reduction[] = [];
  for (const promotion of inOrder(promotions)) {
    const given = reductionsBy(promotion, reduced(lines, reductions)).filter(({ amount }) => amount.minor > 0);
    reductions.push(...given);
    if (given.length > 0 && promotion.stopsFurther) break;
  }
  return reductions;
};

const inOrder = (promotions: readonly DocumentPromotion[]) =>
  [...promotions].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));

const reduced = (lines: readonly LineOnOffer[], reductions: readonly Reduction[]): readonly LineOnOffer[] =>
  lines.map((line) => {
    const off = reductions.filter((reduction) => reduction.line === line.id);
    return {
      ...line,
      net: moneyOf(line.net.minor - off.reduce((all, { amount }) => all + amount.minor, 0), line.net.currency),
    };
  });

const reductionsBy = (promotion: DocumentPromotion, lines: readonly LineOnOffer[]): readonly Reduction[] => {
  const its = lines.filter(({ id }) => promotion.lines.includes(id));
  switch (promotion.kind) {
    case 'BUY_X_GET_Y':
      return promotion.mixed || promotion.gifts
        ? unitsOff(promotion, its, lines)
        : its.flatMap((line) => unitsOff(promotion, [line], lines));
    case 'BUNDLE':
      return bundleOff(promotion, its);
    case 'THRESHOLD':
      return thresholdOff(promotion, its);
  }
};

type Of<Kind extends DocumentPromotion['kind']> = Extract<DocumentPromotion, { readonly kind: Kind }>;

/** The cheapest units are reduced, as many as the units bought earn. */
const unitsOff = (
  { id: promotion, buy, get, percent, gifts }: Of<'BUY_X_GET_Y'>,
  bought: readonly LineOnOffer[],
  lines: readonly LineOnOffer[],
): readonly Reduction[] => {
  const units = bought.reduce((all, line) => all + wholeUnits(line), 0);
  const earned = Math.floor(units / (gifts ? buy : buy + get)) * get;
  const reducible = gifts ? lines.filter(({ id }) => gifts.includes(id)) : bought;
  let left = earned;
  return [...reducible].sort(cheapestFirst).map((line) => {
    const taken = Math.min(left, wholeUnits(line));
    left -= taken;
    return { promotion, line: line.id, amount: percentOf(ofUnits(line, taken), percent) };
  });
};

const wholeUnits = ({ quantity }: LineOnOffer): number => new Exact(quantity).floor().toNumber();

const unitNet = ({ net, quantity }: LineOnOffer) => new Exact(net.minor).div(quantity);

const cheapestFirst = (a: LineOnOffer, b: LineOnOffer): number =>
  unitNet(a).comparedTo(unitNet(b)) || (a.id < b.id ? -1 : 1);

const ofUnits = (line: LineOnOffer, units: number): Money => shareOf(line, new Exact(units));

/** Multiplied before it is divided, so that half a cent is one. */
const shareOf = ({ net, quantity }: LineOnOffer, units: InstanceType<typeof Exact>): Money =>
  moneyOf(units.times(net.minor).div(quantity).toDecimalPlaces(0).toNumber(), net.currency);

/** As many whole sets as the lines hold, each for the bundle's price. */
const bundleOff = (
  { id: promotion, items, price }: Of<'BUNDLE'>,
  lines: readonly LineOnOffer[],
): readonly Reduction[] => {
  const found = items.flatMap(({ product, quantity }) => {
    const line = lines.find((one) => one.product === product);
    return line ? [{ line, quantity, sets: new Exact(line.quantity).div(quantity).floor().toNumber() }] : [];
  });
  const sets = Math.min(...found.map((item) => item.sets));
  if (found.length < items.length || sets < 1) return [];
  const worth = found.map(({ line, quantity }) => shareOf(line, new Exact(quantity).times(sets)));
  const off = sum(worth, price.currency).minor - price.minor * sets;
  if (off <= 0) return [];
  const shares = allocate(
    moneyOf(off, price.currency),
    worth.map(({ minor }) => minor),
  );
  return found.map(({ line }, index) => ({
    promotion,
    line: line.id,
    amount: shares[index] ?? moneyOf(0, price.currency),
  }));
};

const thresholdOff = (
  { id: promotion, steps }: Of<'THRESHOLD'>,
  lines: readonly LineOnOffer[],
): readonly Reduction[] => {
  const [first] = lines;
  if (!first) return [];
  const ordered = [...lines].sort((a, b) => (a.id < b.id ? -1 : 1));
  const whole = sum(
    ordered.map(({ net }) => net),
    first.net.currency,
  );
  const step = [...steps].sort((a, b) => b.from.minor - a.from.minor).find(({ from }) => whole.minor >= from.minor);
  if (!step) return [];
  const wanted = step.amount ?? percentOf(whole, step.percent ?? '0');
  const shares = allocate(
    moneyOf(Math.min(wanted.minor, whole.minor), whole.currency),
    ordered.map(({ net }) => net.minor),
  );
  return ordered.map((line, index) => ({
    promotion,
    line: line.id,
    amount: shares[index] ?? moneyOf(0, whole.currency),
  }));
};
