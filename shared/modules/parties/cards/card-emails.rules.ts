import { fieldOn, type CardField } from './card-fields.rules.ts';
import type { Line } from './card-lines.rules.ts';
import { likenessToDomain } from './card-people.rules.ts';

/** An address as it should be. */
export const strictEmail = /[a-z0-9][a-z0-9._%+-]*@(?:[a-z0-9-]+\.)+[a-z]{2,}/i;
/** An address with spaces, commas and signs that readers put into it. */
export const looseEmail =
  /[a-z0-9][a-z0-9_%+-]*(?:\s?[._]\s?[a-z0-9_%+-]+)*\s?(?:@|\(at\)|\[at\]|©)\s?[a-z0-9-]+(?:\s?[.,]\s?[a-z0-9-]+)*[.,]\s?[a-z]{2,4}(?![a-z])/i;

/** The address of e-mail on a line; spaces that were seen in it are taken out. */
export const emailOn = (line: Line): CardField | undefined => {
  const text = line.text.replace(/(?<=[a-z0-9][._-])\s(?=[a-z0-9._-]+@)/g, '');
  const strict = /[\w.-]\s+@/.test(text) ? undefined : strictEmail.exec(text)?.[0];
  if (strict !== undefined) return fieldOn(line, 'email', strict.toLowerCase(), text === line.text ? 1 : 0.9);
  const loose = looseEmail.exec(text)?.[0];
  if (loose === undefined) return undefined;
  const value = loose
    .replace(/\(at\)|\[at\]|©/i, '@')
    .replace(/\s/g, '')
    .replaceAll(',', '.')
    .toLowerCase();
  return strictEmail.test(value) ? fieldOn(line, 'email', value, 0.8) : undefined;
};

const misread = /[eEQOG©€&a0]/;
const nameWithDots = /(?<![\w@.-])[\w.%+-]{3,}[eEQOG©€&a0](?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w@])/i;

/**
 * An address whose @ was read as a letter: what stands behind that letter is the internet name of the card's website, or is
 * made of a line of the card. A guess, for a person to look at.
 */
export const emailWithoutSign = (lines: readonly Line[], website: string | undefined): CardField | undefined => {
  const domain = (website ?? '').replace(/^https?:\/\//, '').replace(/^www\./, '');
  for (const line of lines) {
    const token = nameWithDots.exec(line.text)?.[0] ?? '';
    if (/^(?:www|http)/i.test(token)) continue;
    const cut = splitAt(
      token,
      domain,
      lines.filter((other) => other !== line),
    );
    if (cut !== undefined)
      return fieldOn(line, 'email', `${token.slice(0, cut)}@${token.slice(cut + 1)}`.toLowerCase(), 0.75);
  }
  return undefined;
};

const splitAt = (token: string, domain: string, others: readonly Line[]): number | undefined => {
  const cuts = Array.from(token, (letter, index) => (index > 1 && misread.test(letter) ? index : -1)).filter(
    (at) => at > 0,
  );
  const likeness = (at: number): number => {
    const rest = token.slice(at + 1).toLowerCase();
    if (rest === domain) return 2;
    return Math.max(0, ...others.map(({ text }) => (beginsLike(text, rest) ? likenessToDomain(text, rest) : 0)));
  };
  return cuts.filter((at) => likeness(at) > 0.6).toSorted((one, other) => likeness(other) - likeness(one))[0];
};

/** An internet name begins as the name of its owner does. */
const beginsLike = (text: string, rest: string): boolean =>
  rest.startsWith(
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .slice(0, 3),
  );
