// Words of ready definitions for the people of a tenant: in both languages until somebody switches the definition on.
import type { Locale } from '#kernel';

/** Words in the languages of the product. */
export const inWords = (es: string, en: string): unknown => ({ $es: es, $en: en });

type Words = { readonly $es: string; readonly $en: string };

const isWords = (value: object): value is Words => '$es' in value && '$en' in value;

/** A definition with its words in one language. */
export const inLanguage = (value: unknown, locale: Locale): unknown => {
  if (Array.isArray(value)) return value.map((each) => inLanguage(each, locale));
  if (typeof value !== 'object' || value === null) return value;
  if (isWords(value)) return locale === 'es' ? value.$es : value.$en;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inLanguage(each, locale)]));
};
