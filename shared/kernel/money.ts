// Money: integer minor units of one currency, never floats. Rounding is half-up away from zero (domain.md 2.2).
import type { Decimal } from 'decimal.js';
import { exponentOf } from './currencies.ts';
import { canonicalDecimal, Exact, scaleOf } from './decimals.ts';
import { DomainError } from './errors.ts';
import type { Money } from './fields.ts';

export type { Money } from './fields.ts';

/** Money of so many minor units: `moneyOf(1250, 'USD')` is 12.50. @throws BAD_INPUT for an unknown currency, TOO_LARGE beyond 2^53. */
export const moneyOf = (minor: number, currency: string): Money => {
  decimalsOf(currency);
  if (!Number.isSafeInteger(minor)) throw new DomainError('TOO_LARGE', 'The amount cannot be counted exactly.');
  return { minor: minor === 0 ? 0 : minor, currency };
};

/** No money at all, in a currency. */
export const zero = (currency: string): Money => moneyOf(0, currency);

/** The amount as a decimal with all the currency's digits: `'12.50'`. */
export const toDecimal = ({ minor, currency }: Money): string => {
  const scale = decimalsOf(currency);
  const digits = String(Math.abs(minor)).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${minor < 0 ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
};

/** Money of an exact decimal amount. @throws BAD_INPUT for more decimals than the currency has; `roundedMoney` rounds instead. */
export const fromDecimal = (amount: string, currency: string): Money => {
  const scale = decimalsOf(currency);
  const decimal = canonicalDecimal(amount);
  if (decimal === undefined) throw new DomainError('BAD_INPUT', `"${amount.slice(0, 40)}" is not an amount.`);
  if (scaleOf(decimal) > scale)
    throw new DomainError('BAD_INPUT', `${currency} has ${String(scale)} decimals; ${amount} has more.`);
  return moneyOf(Number(`${decimal.replace('.', '')}${'0'.repeat(scale - scaleOf(decimal))}`), currency);
};

/** Money of a computed amount, rounded half-up to the currency's decimals. */
export const roundedMoney = (amount: Decimal.Value, currency: string): Money =>
  inMinor(new Exact(amount).times(`1e${String(decimalsOf(currency))}`), currency);

/** @throws CURRENCY_MISMATCH, TOO_LARGE */
export const add = (a: Money, b: Money): Money => moneyOf(a.minor + sameCurrency(a, b).minor, a.currency);
/** @throws CURRENCY_MISMATCH, TOO_LARGE */
export const subtract = (a: Money, b: Money): Money => moneyOf(a.minor - sameCurrency(a, b).minor, a.currency);
/** The same amount with the other sign. */
export const negate = ({ minor, currency }: Money): Money => moneyOf(-minor, currency);
/** Negative when `a` is less, 0 when equal, positive when more. @throws CURRENCY_MISMATCH */
export const compare = (a: Money, b: Money): number => a.minor - sameCurrency(a, b).minor;
/** Whether it is nothing. */
export const isZero = ({ minor }: Money): boolean => minor === 0;
/** The sum of any number of amounts, 0 for none. @throws CURRENCY_MISMATCH, TOO_LARGE */
export const sum = (amounts: Iterable<Money>, currency: string): Money => {
  let total = zero(currency);
  for (const amount of amounts) total = add(total, amount);
  return total;
};

/** The amount times an exact factor, rounded half-up: 10.00 x `'0.333'` is 3.33. */
export const multiply = ({ minor, currency }: Money, factor: Decimal.Value): Money =>
  inMinor(new Exact(minor).times(factor), currency);

/** So many percent of the amount, rounded half-up: `percentOf(base, '15')`. */
export const percentOf = (base: Money, percent: Decimal.Value): Money => multiply(base, new Exact(percent).div(100));

/**
 * The amount in shares that add up to it exactly, in proportion to the weights (numbers or decimals, none negative) by
 * largest remainder, ties by order. Weights that are all zero count as equal.
 */
export const allocate = (total: Money, weights: readonly Decimal.Value[]): readonly Money[] => {
  const given = weights.map((weight) => new Exact(weight));
  if (given.length === 0 || given.some((weight) => weight.lt(0)))
    throw new RangeError('Shares need weights of zero or more.');
  const parts = given.every((weight) => weight.isZero()) ? given.map(() => new Exact(1)) : given;
  const whole = Exact.sum(...parts);
  const products = parts.map((weight) => weight.times(Math.abs(total.minor)));
  const shares = products.map((product) => product.divToInt(whole).toNumber());
  const left = Math.abs(total.minor) - shares.reduce((taken, share) => taken + share, 0);
  const byRemainder = products
    .map((product, index) => ({ index, remainder: product.mod(whole) }))
    .sort((a, b) => b.remainder.comparedTo(a.remainder) || a.index - b.index);
  const favoured = new Set(byRemainder.slice(0, left).map(({ index }) => index));
  return shares.map((share, index) =>
    moneyOf((share + Number(favoured.has(index))) * Math.sign(total.minor), total.currency),
  );
};

const sameCurrency = (a: Money, b: Money): Money => {
  if (a.currency === b.currency) return b;
  throw new DomainError('CURRENCY_MISMATCH', `${a.currency} and ${b.currency} do not add up; convert one first.`);
};

const inMinor = (units: Decimal, currency: string): Money => moneyOf(units.toDecimalPlaces(0).toNumber(), currency);

const decimalsOf = (currency: string): number => {
  const exponent = exponentOf(currency);
  if (exponent === undefined)
    throw new DomainError('BAD_INPUT', `${currency.slice(0, 10)} is not a currency of ISO 4217.`);
  return exponent;
};
