// Values as text whose byte order is their order: what the sort keys of indexes hold.
import { decimalText, maxWholeDigits } from './decimals.ts';
import type { Kind, Money, Shape } from './fields.ts';
import { toDecimal } from './money.ts';

/** Text that sorts, byte by byte, as the value does; absent sorts first. @throws TypeError for kinds that have no order */
export const sortable = ({ kind }: Shape, value: unknown): string => {
  const form = forms[kind];
  if (!form) throw new TypeError(`Nothing sorts by a field of kind ${kind}.`);
  return value === undefined || value === null ? '' : form(value as never);
};

const maxText = 60;

/**
 * Words in lower case, without accents, joined by `-`: `Ana María` comes after `Ana` and before `Anabel`, also when a key goes
 * on with `#<id>`, which sorts before `-`.
 */
const dictionaryForm = (text: string): string => {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return words.length <= maxText ? words : Array.from(words).slice(0, maxText).join('');
};

/** `1` and the padded digits; below zero `0`, each digit taken from nine, and `~`, so that longer fractions come first. */
const paddedDecimal = (decimal: string): string => {
  const [whole = '', fraction] = decimal.replace('-', '').split('.');
  const digits = `${whole.padStart(maxWholeDigits, '0')}${fraction === undefined ? '' : `.${fraction}`}`;
  return decimal.startsWith('-') ? `0${digits.replace(/\d/g, (digit) => String(9 - Number(digit)))}~` : `1${digits}`;
};

/** The bits of a double in hex, turned so that negative numbers come first and in order. */
const orderedBits = (value: number): string => {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value === 0 ? 0 : value);
  const raw = bits.getBigUint64(0);
  const turned = value < 0 ? ~raw & 0xffff_ffff_ffff_ffffn : raw | (1n << 63n);
  return turned.toString(16).padStart(16, '0');
};

const asItIs = (value: string): string => value;
const padded = (value: string | number): string => paddedDecimal(decimalText(value));

const forms: { readonly [K in Kind]?: (value: never) => string } = {
  text: dictionaryForm,
  longText: dictionaryForm,
  email: dictionaryForm,
  url: dictionaryForm,
  integer: padded,
  decimal: padded,
  percent: padded,
  money: (value: Money) => padded(toDecimal(value)),
  number: orderedBits,
  boolean: (value: boolean) => (value ? '1' : '0'),
  date: asItIs,
  dateTime: asItIs,
  choice: asItIs,
  ref: asItIs,
  phone: asItIs,
};
