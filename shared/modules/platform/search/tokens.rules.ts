import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { withoutHidden, type AnyEntity, type AnyField, type AnyRow, type FieldMap, type Shape } from '#kernel';

/** What a record can be found by. */
export type Tokens = {
  /** Its words, whole e-mail addresses among them. */
  readonly words: ReadonlySet<string>;
  /** Those of its words that are worth an entry of their own in the index. */
  readonly keys: ReadonlySet<string>;
  /** Its phone numbers, E.164 without the plus. */
  readonly phones: ReadonlySet<string>;
};

/** Words that half of all names hold: they narrow a search and begin none. */
const particles = new Set(
  'a al da de del do dos e el en la las los of the and y s sa sas sl srl cia ltda inc llc ltd corp gmbh'.split(' '),
);
/** The same for e-mail domains: top levels, and providers that say nothing about whom a mail is from. */
const commonLabels = new Set(
  'com net org edu gob gov info biz co ec es pe cl ar mx br us uk eu io gmail hotmail outlook live yahoo icloud msn proton protonmail'.split(
    ' ',
  ),
);

/** Text as it is compared: lower case, without accents. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/** The words of a text. Numbers lose their leading zeros, so that invoice 000123 is found by 123. */
export const wordsOf = (text: string): readonly string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(withoutZeros);

/** `000123` -> `123`. */
export const withoutZeros = (word: string): string => (/^0+\d+$/.test(word) ? word.replace(/^0+(?=\d)/, '') : word);

/** Whether a word may begin a lookup: letters in most names, single ones and particles do not tell records apart. */
export const isKey = (word: string): boolean => !particles.has(word) && !/^[a-z\d]$/.test(word);
/** The same for a part of an e-mail domain. */
export const isLabelKey = (label: string): boolean => isKey(label) && !commonLabels.has(label);

/** What a record can be found by, without the fields named as `hidden` (`Account.taxId`). */
export const tokensOf = (of: AnyEntity, row: AnyRow, hidden: readonly string[] = []): Tokens => {
  const found = { words: new Set<string>(), keys: new Set<string>(), phones: new Set<string>() };
  for (const name of searchable(of.fields)) {
    const field = of.fields[name];
    if (field && !hidden.includes(`${of.name}.${name}`)) collect(found, withoutHidden(of, field, hidden), row[name]);
  }
  return found;
};

/** Whether records of the entity can be found. */
export const isSearchable = (of: AnyEntity): boolean => !of.internal && searchable(of.fields).length > 0;

const known = new WeakMap<FieldMap, readonly string[]>();

const searchable = (fields: FieldMap): readonly string[] => {
  const names = known.get(fields) ?? Object.keys(fields).filter((name) => holdsSearch(fields[name]));
  known.set(fields, names);
  return names;
};

const holdsSearch = (field: AnyField | undefined): boolean => {
  if (!field || field.sensitive) return false;
  if (field.search) return true;
  if (field.shape.kind === 'list') return holdsSearch(field.shape.of);
  return field.shape.kind === 'object' && searchable(field.shape.fields).length > 0;
};

type Found = { readonly words: Set<string>; readonly keys: Set<string>; readonly phones: Set<string> };

const collect = (found: Found, field: AnyField, value: unknown): void => {
  if (value === undefined || value === null) return;
  const { shape, search } = field;
  if (shape.kind === 'list') {
    const each = search ? { ...shape.of, search } : shape.of;
    for (const member of value as readonly unknown[]) collect(found, each, member);
  } else if (shape.kind === 'object') {
    collectObject(found, shape.fields, value as Readonly<Record<string, unknown>>);
  } else if (search) collectText(found, shape, search, typeof value === 'string' ? value : JSON.stringify(value));
};

const collectObject = (found: Found, fields: FieldMap, values: Readonly<Record<string, unknown>>): void => {
  for (const name of searchable(fields)) {
    const field = fields[name];
    if (field) collect(found, field, values[name]);
  }
};

const collectText = (found: Found, shape: Shape, search: 'words' | 'digits', text: string): void => {
  if (shape.kind === 'phone') found.phones.add(text.slice(1));
  else if (shape.kind === 'email') collectEmail(found, text);
  else if (search === 'digits') addKeys(found, [withoutZeros(fold(text).replace(/[^\p{L}\p{N}]+/gu, ''))]);
  else addKeys(found, wordsOf(text));
};

const collectEmail = (found: Found, address: string): void => {
  const [local = '', domain = ''] = address.split('@');
  found.words.add(fold(address));
  const labels = wordsOf(domain);
  for (const label of labels) found.words.add(label);
  const own = wordsOf(local).some(isKey) ? [] : [fold(address)];
  addKeys(found, [...own, ...wordsOf(local), ...labels.filter(isLabelKey)]);
};

const addKeys = ({ words, keys }: Found, added: readonly string[]): void => {
  for (const word of added) {
    words.add(word);
    if (isKey(word)) keys.add(word);
  }
};

/** The number without its country code: `593991234567` -> `991234567`. */
export const nationalOf = (digits: string): string => {
  const number = parsePhoneNumberFromString(`+${digits}`)?.nationalNumber;
  return number !== undefined && digits.endsWith(number) ? number : digits;
};

/**
 * Where a phone number is entered in the index: at every second digit. Any four digits of it then hold an entry's first three,
 * from their first or from their second digit on, so that two lookups find every fragment, at three entries a number.
 */
export const phoneEntries = (digits: string): readonly string[] => {
  const national = nationalOf(digits);
  const starts = Array.from(
    { length: Math.max(0, Math.floor((national.length - 2) / 2)) },
    (_, index) => 2 * index + 1,
  );
  return starts.map((start) => national.slice(start));
};
