import {
  findPhoneNumbersInText,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { looseEmail, strictEmail } from './card-emails.rules.ts';
import { fieldOn, type CardField } from './card-fields.rules.ts';
import type { Line } from './card-lines.rules.ts';

const site =
  /(?:https?:\/\/|www\.)[^\s|,;]+|(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|io|app|dev|ec|es|mx|pe|cl|ar|us|uk|de|fr|it|pt|br|eu|au|ca)(?:\.[a-z]{2})?(?:\/[^\s|,;]*)?(?![\w@.-])/i;
const social = /(?<![\w.])@[a-z0-9_.]{3,30}(?![\w@])|(?:linkedin|instagram|facebook|twitter|x)\.com\/[^\s|,;]+/i;
const taxLabel =
  /(?:\b(?:r\.?u\.?c|n\.?i\.?f|c\.?i\.?f|n\.?i\.?t|r\.?f\.?c|vat|tax id)\b)[.:\s#nº]*([a-z0-9][a-z0-9-]{6,16})/i;

const withoutEmail = (text: string): string => text.replace(strictEmail, ' ').replace(looseEmail, ' ');

/** The website on a line. */
export const websiteOn = (line: Line): CardField | undefined => {
  const found = site.exec(withoutEmail(line.text))?.[0];
  return found === undefined || social.test(found)
    ? undefined
    : fieldOn(line, 'website', found.toLowerCase().replace(/[.:/]+$/, ''), 0.98);
};

/** A name in a social network. */
export const socialOn = (line: Line): CardField | undefined => {
  const found = social.exec(withoutEmail(line.text))?.[0];
  return found === undefined ? undefined : fieldOn(line, 'social', found, 0.9);
};

/** A tax number, where the line says that it is one. */
export const taxIdOn = (line: Line): CardField | undefined => {
  const found = taxLabel.exec(line.text)?.[1];
  return found === undefined || !/\d{5}/.test(found) ? undefined : fieldOn(line, 'taxId', found, 0.95);
};

const labels: readonly (readonly ['mobile' | 'phone' | 'fax', RegExp])[] = [
  ['fax', /(?:^|[^\p{L}])(?:tele)?fax|(?:^|[^\p{L}])f[.:]?\s*$/iu],
  [
    'mobile',
    /(?:^|[^\p{L}])(?:m[oó]vil|mob(?:ile)?|cel(?:ular)?|cell|whats ?app|wa)(?:$|[^\p{L}])|(?:^|[^\p{L}])[mc][.:]?\s*$/iu,
  ],
  [
    'phone',
    /(?:^|[^\p{L}])(?:tel[eé]?f?o?n?o?|tlfn?o?|tel|phone|office|oficina|pbx|direct[o]?|telf)(?:$|[^\p{L}])|(?:^|[^\p{L}])[tpo][.:]?\s*$/iu,
  ],
];

/** Digits that were read as letters, and the zero in brackets that is dialled within the country only. */
const repaired = (text: string): string =>
  text
    .replace(/\(0\)\s?/g, '')
    .replace(/(?<=\d[\s.-]?)[oO](?=[\s.-]?\d)/g, '0')
    .replace(/(?<=\d[\s.-]?)[lI|](?=[\s.-]?\d)/g, '1');

/** The phones on a line. `country` completes national numbers. */
export const phonesOn = (line: Line, country: string): readonly CardField[] => {
  if (taxIdOn(line)) return [];
  const text = repaired(line.text);
  const found = findPhoneNumbersInText(text, country as CountryCode);
  if (found.length > 0)
    return found.map(({ number, startsAt, endsAt }, index) => {
      const before = text.slice(found[index - 1]?.endsAt ?? 0, startsAt);
      return phoneField(line, number, before, text.slice(endsAt), text[startsAt] === '+' ? 1 : 0.95);
    });
  const digits = /\+?\d[\d\s().-]{6,}\d/.exec(text);
  const number = digits ? parsePhoneNumberFromString(digits[0], country as CountryCode) : undefined;
  if (!digits || number?.isPossible() !== true) return [];
  return [phoneField(line, number, text.slice(0, digits.index), text.slice(digits.index + digits[0].length), 0.7)];
};

const phoneField = (line: Line, number: PhoneNumber, before: string, after: string, score: number): CardField => {
  const said = labels.find(([, pattern]) => pattern.test(before)) ?? labels.find(([, pattern]) => pattern.test(after));
  return fieldOn(line, said?.[0] ?? (number.getType() === 'MOBILE' ? 'mobile' : 'phone'), number.number, score);
};

/** Whether nothing but labels is left of a line without its channels. */
export const saysMore = (line: Line): boolean => {
  const rest = line.text
    .replace(looseEmail, ' ')
    .replace(site, ' ')
    .replace(social, ' ')
    .replace(/[+(]?\d[\d\s().-]{5,}/g, ' ');
  return (
    (rest.match(/\p{L}{3,}/gu) ?? []).filter(
      (word) =>
        !/^(?:tel|phone|mobile|movil|móvil|cel|celular|fax|email|mail|correo|web|www|whatsapp|oficina|office|direct|ext|telf|tlf)/i.test(
          word,
        ),
    ).length >= 2
  );
};
