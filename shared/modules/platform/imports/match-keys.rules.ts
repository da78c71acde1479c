import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import type { Shape } from '#kernel';
import { plainHeading } from './headers.rules.ts';

/** A value as it is compared: phones as numbers, texts without case, accents and signs. */
const comparable = (value: unknown, shape: Shape | undefined, country: string): string => {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (shape?.kind === 'phone') return parsePhoneNumberFromString(text, country as CountryCode)?.number ?? '';
  if (shape?.kind === 'email') return text.trim().toLowerCase();
  return plainHeading(text.replace(/([a-z])([A-Z])/g, (both) => both.toLowerCase()));
};

/** The text of a key; undefined when one of its fields is empty: half a key finds nobody. */
export const keyText = (
  paths: readonly string[],
  valueOf: (path: string) => unknown,
  shapeOf: (path: string) => Shape | undefined,
  country: string,
): string | undefined => {
  const parts = paths.map((path) => comparable(valueOf(path), shapeOf(path), country));
  return parts.includes('') ? undefined : [paths.join('+'), ...parts].join('\n');
};
