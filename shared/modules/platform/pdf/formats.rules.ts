import { toDecimal, type Locale, type Money } from '#kernel';

/** In which language and country something is written, and in whose time. */
export type Writing = { readonly locale: Locale; readonly country: string; readonly timeZone: string };

const tagOf = ({ locale, country }: Writing): string => {
  const tag = `${locale}-${country}`;
  return /^[a-z]{2}-[A-Z]{2}$/.test(tag) ? tag : locale;
};

const made = new Map<string, unknown>();

/** Making a format costs a hundred times as much as using it. */
const kept = <Format>(key: string, make: () => Format): Format => {
  const known = made.get(key) as Format | undefined;
  if (known !== undefined) return known;
  const format = make();
  made.set(key, format);
  return format;
};

/** An amount with its currency: `$1.234,50`, `$1,234.50`. */
export const formatMoney = (money: Money, writing: Writing): string =>
  formatAmount(toDecimal(money), money.currency, writing);

/** The same for an amount that is a decimal. */
export const formatAmount = (amount: string, currency: string, writing: Writing): string => {
  const tag = tagOf(writing);
  const format = kept(`money ${tag} ${currency}`, () => new Intl.NumberFormat(tag, { style: 'currency', currency }));
  return plainSpaces(format.format(amount as Intl.StringNumericLiteral));
};

/** A number with the separators of the place: `1.234,5`. */
export const formatDecimal = (value: string, writing: Writing): string => {
  const tag = tagOf(writing);
  const format = kept(`decimal ${tag}`, () => new Intl.NumberFormat(tag, { maximumFractionDigits: 6 }));
  return plainSpaces(format.format(value as Intl.StringNumericLiteral));
};

/** A calendar day in words: `22 de noviembre de 2026`. */
export const formatDay = (day: string, writing: Writing): string => {
  const tag = tagOf(writing);
  const format = kept(`day ${tag}`, () => new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' }));
  return plainSpaces(format.format(new Date(`${day.slice(0, 10)}T12:00:00Z`)));
};

/** A moment in words, by the clock of the place: `22 de noviembre de 2026, 10:05`. */
export const formatMoment = (instant: string, writing: Writing): string => {
  const tag = tagOf(writing);
  const { timeZone } = writing;
  const format = kept(
    `moment ${tag} ${timeZone}`,
    () => new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short', timeZone }),
  );
  return plainSpaces(format.format(new Date(instant)));
};

/** Narrow and unbreakable spaces are missing from plain fonts. */
const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ');
