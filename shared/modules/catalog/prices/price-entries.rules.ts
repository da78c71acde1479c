// Prices on their conditions: which hold, which comes first, and what they are in the unit and currency of a line.
import type { Problem } from '#kernel';
import { compareDecimals, decimalText, Exact } from '#kernel/decimals';
import { placeOf, targetsOf, type PricedItem } from './price-places.rules.ts';

/** One price or discount, on its conditions. Exactly one of `price` and `percentOff` is there. */
export type PriceEntry = {
  readonly price?: string;
  readonly percentOff?: string;
  /** The document's currency counts where it is absent. */
  readonly currency?: string;
  readonly minQuantity: string;
  /** The product's own unit where it is absent. */
  readonly unit?: string;
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly warehouse?: string;
  readonly channel?: string;
};

/** On what conditions. */
export type PriceAsk = {
  readonly quantity: string;
  readonly unit: string;
  readonly day: string;
  readonly currency: string;
  /** What one of a currency is worth in the document's. */
  readonly rates: ReadonlyMap<string, string>;
  readonly warehouse?: string;
  readonly channel?: string;
};

/** Entries by place, as `placesOf` names them. */
export type PricesByPlace = ReadonlyMap<string, readonly PriceEntry[]>;

/** What is wrong with an entry. */
export const entryProblems = (entries: readonly PriceEntry[]): readonly Problem[] =>
  entries.flatMap((entry, index) => {
    const path = ['entries', index];
    if ((entry.price === undefined) === (entry.percentOff === undefined))
      return [{ code: 'PRICE_OR_PERCENT', message: 'Say a price or a percentage off, one of them.', path }];
    return entry.validFrom !== undefined && entry.validTo !== undefined && entry.validTo < entry.validFrom
      ? [{ code: 'BAD_INPUT', message: 'It ends before it begins.', path: [...path, 'validTo'] }]
      : [];
  });

/** An entry that holds, and where it is kept. */
export type Match = { readonly place: string; readonly entry: PriceEntry };

/** The entries of a holder that hold, best first: by target, then the greater quantity, then the later beginning, then the later entry. */
export const matching = (item: PricedItem, holder: string, ask: PriceAsk, prices: PricesByPlace): readonly Match[] =>
  targetsOf(item).flatMap(([scope, of]) => {
    const place = placeOf(holder, scope, of);
    const entries = (prices.get(place) ?? []).map((entry, index) => ({ entry, index }));
    return entries
      .filter(({ entry }) => holds(entry, item, ask))
      .sort((a, b) => byPrecedence(a.entry, b.entry) || b.index - a.index)
      .map(({ entry }) => ({ place, entry }));
  });

const byPrecedence = (a: PriceEntry, b: PriceEntry): number =>
  compareDecimals(b.minQuantity, a.minQuantity) || textOrder(b.validFrom ?? '', a.validFrom ?? '');

const textOrder = (a: string, b: string): number => Number(a > b) - Number(a < b);

const holds = (entry: PriceEntry, item: PricedItem, ask: PriceAsk): boolean =>
  holdsOn(entry, ask.day) &&
  isWanted(entry.warehouse, ask.warehouse) &&
  isWanted(entry.channel, ask.channel) &&
  (entry.unit === undefined || item.units.has(entry.unit)) &&
  rateOf(entry, ask) !== undefined &&
  compareDecimals(quantityIn(entry.unit ?? item.ownUnit, item, ask), entry.minQuantity) >= 0;

const holdsOn = ({ validFrom = '', validTo }: PriceEntry, day: string): boolean =>
  validFrom <= day && (validTo === undefined || day <= validTo);

const isWanted = (named: string | undefined, asked: string | undefined): boolean =>
  named === undefined || named === asked;

/** What one of the entry's currency is worth in the document's; undefined where nobody said. */
const rateOf = ({ currency }: Pick<PriceEntry, 'currency'>, ask: PriceAsk): string | undefined =>
  currency === undefined || currency === ask.currency ? '1' : ask.rates.get(currency);

const quantityIn = (unit: string, { units }: PricedItem, { quantity, unit: asked }: PriceAsk): string =>
  decimalText(
    new Exact(quantity)
      .times(units.get(asked) ?? '1')
      .div(units.get(unit) ?? '1')
      .toDecimalPlaces(12),
  );

/** A price per its own unit and currency as one per the line's unit in the document's currency. */
export const inDocument = (
  price: string,
  entry: Pick<PriceEntry, 'unit' | 'currency'>,
  item: PricedItem,
  ask: PriceAsk,
): string | undefined => {
  const rate = rateOf(entry, ask);
  if (rate === undefined) return undefined;
  const factor = new Exact(item.units.get(ask.unit) ?? '1').div(item.units.get(entry.unit ?? item.ownUnit) ?? '1');
  return unitPriceText(new Exact(price).times(rate).times(factor));
};

/** Unit prices have at most six decimals. */
export const unitPriceText = (value: InstanceType<typeof Exact>): string => decimalText(value.toDecimalPlaces(6));
