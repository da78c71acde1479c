// Exact decimals. Rows and the API hold them as canonical strings (`'12.5'`, never `'12.50'` or `'1e3'`); sums use decimal.js.
import { Decimal } from 'decimal.js';

/** Arithmetic without rounding for sums and products, half-up away from zero where a digit must go. */
export const Exact = Decimal.clone({
  precision: 120,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});

/** Most digits before the point: with 18 decimals they fill the 38 digits that DynamoDB keeps. */
export const maxWholeDigits = 20;
/** Most decimals of a stored decimal. */
export const maxScale = 18;

const written = /^[+-]?\d{1,60}(\.\d{1,60})?$/;

/** The one way to write the decimal of a text; undefined when it is none. Exponents are refused, zeros that say nothing go. */
export const canonicalDecimal = (text: string): string | undefined => {
  if (!written.test(text)) return undefined;
  const digits = text
    .replace(/^[+-]/, '')
    .replace(/^0+(?=\d)/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  return text.startsWith('-') && digits !== '0' ? `-${digits}` : digits;
};

/** The canonical string of a number, a decimal.js value or a decimal text. @throws on text that is no decimal */
export const decimalText = (value: Decimal.Value): string => {
  if (typeof value === 'number' && Math.abs(value) < 1e21 && (value === 0 || Math.abs(value) >= 1e-6))
    return String(value);
  return new Exact(value).toFixed().replace(/^-0$/, '0');
};

/** How many digits a canonical decimal has after the point. */
export const scaleOf = (decimal: string): number => {
  const point = decimal.indexOf('.');
  return point < 0 ? 0 : decimal.length - point - 1;
};

/** How many digits a canonical decimal has before the point. */
export const wholeDigitsOf = (decimal: string): number => {
  const point = decimal.indexOf('.');
  return (point < 0 ? decimal.length : point) - (decimal.startsWith('-') ? 1 : 0);
};

/** Negative when `a` is less, 0 when equal, positive when more. */
export const compareDecimals = (a: string, b: string): number =>
  // Up to 15 digits a double tells any two decimals apart, at a tenth of the cost.
  a.length <= 15 && b.length <= 15 ? Number(a) - Number(b) : new Exact(a).comparedTo(b);
