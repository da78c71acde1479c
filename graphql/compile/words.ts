// Names and sentences that the compiler makes of the names in declarations.
import type { AnyField } from '#kernel';

/** `acceptQuote` -> `AcceptQuote`. */
export const typeWord = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** `validUntil` -> `VALID_UNTIL`. */
export const enumWord = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** An option as an enum value may be called: `es-EC` -> `es_EC`, `04` -> `_04`. */
export const optionWord = (option: string): string => option.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');

/** `validUntil` -> `Valid until.`, for fields whose declaration says nothing more. */
const sentence = (name: string): string => {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${typeWord(words)}.`;
};

/** What a field's description says. */
export const describe = (name: string, field: AnyField): string => field.describes || sentence(name);

/** What an input's description says: also which value is taken when none is given. */
export const describeInput = (name: string, field: AnyField): string => {
  if (field.default === undefined) return describe(name, field);
  return `${describe(name, field)} ${JSON.stringify(field.default)} when not given.`;
};
