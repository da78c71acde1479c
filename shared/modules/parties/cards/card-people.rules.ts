import { companyWords, givenName, honorific, jobWords, legalForm, particle, plain } from './card-words.rules.ts';

/** A person's name in its parts. */
export type PersonName = { readonly title?: string; readonly firstName: string; readonly lastName: string };

const lettersOf = (text: string): string => plain(text).replace(/[^a-z]/g, '');

/** The words of a name without titles; what stands behind a comma is a degree. */
const nameWords = (text: string): readonly string[] =>
  (text.split(',')[0] ?? '').split(' ').filter((word) => word !== '' && !honorific.test(word));

/** How well an address is made of a name: `avery.smith` of Avery Smith is 1, `asmith` nearly. */
export const likenessToEmail = (name: string, local: string): number => {
  let left = lettersOf(local);
  const whole = left.length;
  if (whole < 3) return 0;
  const words = nameWords(name)
    .map(lettersOf)
    .filter((word) => word.length > 1);
  for (const word of words.toSorted((one, other) => other.length - one.length))
    if (word.length > 2) left = left.replace(word, '');
  if (left.length === whole) return 0;
  const initials = words.map((word) => word.charAt(0));
  const rest = Array.from(left).filter((letter) => !initials.includes(letter)).length;
  return (whole - rest) / whole;
};

/** How well a line is made like a person's name, 0 to 1: a few words of letters that begin with capitals. */
export const looksLikeName = (text: string): number => {
  const words = nameWords(text);
  const main = words.filter((word) => !particle.test(word));
  if (main.length < 2 || main.length > 5 || /[\d@&/]/.test(text)) return 0;
  if (!main.every((word) => /^\p{Lu}[\p{L}'’.-]*$/u.test(word))) return 0;
  if (legalForm.test(plain(text)) || jobWords.test(plain(text)) || companyWords.test(plain(text))) return 0.1;
  return givenName.test(plain(main[0] ?? '')) ? 0.75 : 0.6;
};

/** How well a line names the owner of an internet name: `Molinos del Valle S.A.` of molinosvalle. */
export const likenessToDomain = (company: string, domain: string): number => {
  const label = lettersOf(domain.replace(/^www\./, '').split('.')[0] ?? '');
  const words = plain(company)
    .replace(legalForm, '')
    .split(' ')
    .map(lettersOf)
    .filter((word) => word.length > 2);
  if (label.length < 3 || words.length === 0) return 0;
  const held = words.filter((word) => label.includes(word) || label.includes(word.slice(0, 5)));
  const begun = words.filter((word) => !held.includes(word) && word.length > 3 && label.includes(word.slice(0, 4)));
  const letters = (some: readonly string[]): number => some.reduce((sum, word) => sum + word.length, 0);
  return (letters(held) + letters(begun) / 2) / letters(words);
};

/** A name as it is written in a sentence: cards shout. */
export const inSentenceCase = (name: string): string =>
  name === name.toUpperCase() && /\p{L}{3}/u.test(name)
    ? name
        .toLowerCase()
        .split(' ')
        .map((word) =>
          particle.test(word) ? word : word.replaceAll(/(^|[-'’])\p{L}/gu, (found) => found.toUpperCase()),
        )
        .join(' ')
    : name;

/** First and last names: of four words in Spanish two are family names, of three two unless the second is a given name too. */
export const splitName = (text: string, isSpanish: boolean): PersonName => {
  const titles = text.split(' ').filter((word) => honorific.test(word));
  const words = [...nameWords(inSentenceCase(text.split(',')[0] ?? ''))];
  const starts = words.flatMap((word, index) => (isStart(words, word, index) ? [index] : []));
  const first = starts[firstNames(words, starts, isSpanish)] ?? words.length;
  return {
    ...(titles.length > 0 && { title: titles.join(' ') }),
    firstName: words.slice(0, first).join(' '),
    lastName: words.slice(first).join(' '),
  };
};

/** Particles belong to the word behind them. */
const isStart = (words: readonly string[], word: string, index: number): boolean =>
  index === 0 ||
  (particle.test(word) ? !particle.test(words[index - 1] ?? '') : !particle.test(words[index - 1] ?? ''));

const firstNames = (words: readonly string[], starts: readonly number[], isSpanish: boolean): number => {
  if (starts.length <= 2) return 1;
  if (!isSpanish) return starts.length - 1;
  if (starts.length > 3) return starts.length - 2;
  const second = words[starts[1] ?? 0] ?? '';
  return givenName.test(plain(second)) ? 2 : 1;
};
