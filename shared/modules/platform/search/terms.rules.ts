import { fold, isKey, isLabelKey, nationalOf, withoutZeros, wordsOf, type Tokens } from './tokens.rules.ts';

/** One thing that a record must have: a word that begins so, or, for digits, a phone number that holds one of the fragments. */
export type Term = {
  readonly text: string;
  readonly fragments: readonly string[];
  /** Whether the index has entries for it, so that a lookup may begin with it. */
  readonly leads: boolean;
};

/** One read of the index: entries whose token begins so. Their records must also meet `terms`. */
export type Lookup = {
  readonly kind: 'word' | 'phone';
  readonly prefix: string;
  readonly terms: readonly Term[];
  /** Whether it finds by itself all that match; the others find them together. */
  readonly suffices: boolean;
};

/** Digits that a fragment of a phone number has at least; fewer tell nobody apart. */
const leastDigits = 4;
/** Digits of a whole national number; so many last ones are as good as the number. */
const leastNational = 7;
/** Digits of the longest phone number. */
const mostDigits = 15;
/** Letters by which the index is cut into partitions. */
const partitionLetters = 3;

/** The partition of the index that holds a token. */
export const partitionOf = (kind: Lookup['kind'], token: string): string =>
  `search#${kind === 'phone' ? '+' : ''}${Array.from(token).slice(0, partitionLetters).join('')}`;

/** Where those stand in the index who have a national number: the key under which all but its first digit is entered. */
export const phonePlace = (national: string) => {
  const digits = national.slice(1);
  return { index: phoneIndex, partition: partitionOf('phone', digits), beginsWith: `${digits}#` } as const;
};

/** The index of the table in which phone numbers are entered (see `search.projections.ts`). */
export const phoneIndex = 'gsi4';

/** What to read for a text. `callingCode` is that of the asker's country; a text without a usable word asks for nothing. */
export const lookupsFor = (text: string, callingCode: string): readonly Lookup[] => {
  const terms = termsOf(text, callingCode);
  const digits = joinedDigits(text);
  const whole = digits !== undefined && terms.length > 1 ? digitsTerm(digits, text, callingCode) : undefined;
  return [...(whole ? phoneLookups([whole], whole) : []), ...lookupsOf(terms)];
};

/** Whether a record has all of a lookup's terms. */
export const meets = ({ words, phones }: Tokens, { terms }: Lookup): boolean =>
  terms.every(
    ({ text, fragments }) =>
      [...words].some((word) => word.startsWith(text)) ||
      fragments.some((fragment) => [...phones].some((phone) => phone.includes(fragment))),
  );

/** How many of a lookup's terms a record has as whole words: what is exact comes first. */
export const exactness = ({ words, phones }: Tokens, { terms }: Lookup): number =>
  terms.filter(({ text, fragments }) => words.has(text) || fragments.some((fragment) => isWhole(phones, fragment)))
    .length;

const isWhole = (phones: ReadonlySet<string>, fragment: string): boolean =>
  fragment.length >= leastNational && [...phones].some((phone) => phone.endsWith(fragment));

/**
 * The index is read by the longest word, which most often is the rarest, and by one more that may be rarer: digits, which tell
 * much but may stand in words and in phone numbers alike, or the next longest word.
 */
const lookupsOf = (terms: readonly Term[]): readonly Lookup[] => {
  const [longest, next] = terms
    .filter(({ leads }) => leads)
    .sort((left, right) => right.text.length - left.text.length)
    .map(({ text }) => wordLookup(terms, text, true));
  const digits = terms.find(({ fragments }) => fragments.length > 0) ?? terms.find(({ text }) => /^\d+$/.test(text));
  const rarer = digits ? digitLookups(terms, digits) : next ? [next] : [];
  const found = [...(longest ? [longest] : []), ...rarer];
  const [first] = terms;
  return found.length === 0 && first ? [wordLookup(terms, first.text, false)] : found;
};

const digitLookups = (terms: readonly Term[], digits: Term): readonly Lookup[] => [
  wordLookup(terms, digits.text, false),
  ...phoneLookups(terms, digits),
];

const wordLookup = (terms: readonly Term[], prefix: string, suffices: boolean): Lookup => ({
  kind: 'word',
  prefix,
  terms,
  suffices,
});

/** Two lookups for each way to read the digits: from their first one, and from their second (see `phoneEntries`). */
const phoneLookups = (terms: readonly Term[], { fragments }: Term): readonly Lookup[] =>
  [...new Set(fragments.flatMap((fragment) => [fragment, fragment.slice(1)]))].map((prefix) => ({
    kind: 'phone',
    prefix,
    terms,
    suffices: false,
  }));

const termsOf = (text: string, callingCode: string): readonly Term[] => {
  const pieces = text.split(/\s+/).filter((piece) => piece !== '');
  const terms = pieces.flatMap((piece) => (piece.includes('@') ? addressTerms(piece) : wordsIn(piece, callingCode)));
  return [...new Map(terms.map((term) => [term.text, term])).values()].slice(0, mostTerms);
};

/** More words than this are left out; they would only narrow further. */
const mostTerms = 8;

const wordsIn = (piece: string, callingCode: string): readonly Term[] => {
  const digits = joinedDigits(piece);
  if (digits !== undefined && isPhoneLike(piece)) return [digitsTerm(digits, piece, callingCode)];
  return wordsOf(piece).map((word) => (/^\d+$/.test(word) ? digitsTerm(word, word, callingCode) : wordTerm(word)));
};

/** `+593-99-123` and `(04)222-333` are one number; `001-001-000123` is three, that of a document. */
const isPhoneLike = (piece: string): boolean =>
  /^\+?\(?\d+\)?[\d().-]*$/.test(piece) && !/^\d{3}-\d{3}-\d{6,}$/.test(piece);

const wordTerm = (text: string): Term => ({ text, fragments: [], leads: isKey(text) });

/** The whole address, and its words, by which it is looked up. */
const addressTerms = (piece: string): readonly Term[] => {
  const [local = '', domain = ''] = piece.split('@');
  const words = wordsOf(local).map(wordTerm);
  const labels = wordsOf(domain).map((text) => ({ text, fragments: [], leads: isLabelKey(text) }));
  const whole = { text: fold(piece), fragments: [], leads: words.every(({ leads }) => !leads) };
  return local === '' ? labels : [whole, ...words, ...labels];
};

/** The digits of a text that holds nothing but a number. */
const joinedDigits = (text: string): string | undefined => {
  if (!/^[\s\d+().-]+$/.test(text)) return undefined;
  const digits = text.replace(/\D/g, '');
  return digits === '' ? undefined : digits;
};

const digitsTerm = (digits: string, written: string, callingCode: string): Term => ({
  text: withoutZeros(digits),
  leads: false,
  fragments: fragmentsOf(digits, written, callingCode).filter(
    ({ length }) => length >= leastDigits && length <= mostDigits,
  ),
});

/** The ways to read digits as part of a national number: as they are, without the zero dialled before it, without the country's code. */
const fragmentsOf = (digits: string, written: string, callingCode: string): readonly string[] => {
  if (written.trim().startsWith('+')) return [nationalOf(digits)];
  const readings = [digits];
  if (digits.startsWith('00')) readings.push(nationalOf(digits.slice(2)));
  else if (digits.startsWith('0')) readings.push(digits.slice(1));
  if (callingCode !== '' && digits.startsWith(callingCode) && digits.length > callingCode.length + leastDigits)
    readings.push(digits.slice(callingCode.length));
  return readings;
};
