import { fieldOn, type CardField } from './card-fields.rules.ts';
import type { Line } from './card-lines.rules.ts';
import { countryIn, streetWords } from './card-words.rules.ts';

const postcode =
  /(?<![\d+-])(?:\d{5}(?:-\d{4})?|\d{6}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![\d-])/;

const isStreet = ({ text }: Line): boolean => streetWords.test(text) && /\d/.test(text);
const isPlace = ({ text }: Line): boolean => postcode.test(text) || countryIn(text) !== undefined;

/** Where the card says that they are: lines with a street, and with city, postcode or country. */
export const addressOn = (lines: readonly Line[]): readonly CardField[] => {
  const street = lines.find(isStreet);
  const place =
    lines.find((line) => line !== street && isPlace(line)) ?? (street && isPlace(street) ? street : undefined);
  return [...(street ? streetOn(street) : []), ...(place ? placeOn(place, place === street) : [])];
};

/** Whether a line is of an address. */
export const isAddress = (line: Line): boolean => isStreet(line) || (isPlace(line) && /[\d,]/.test(line.text));

const streetOn = (line: Line): readonly CardField[] => {
  const parts = line.text.split(/\s*,\s*/);
  const until = parts.findLastIndex((part) => streetWords.test(part)) + 1;
  return [fieldOn(line, 'street', (isPlace(line) ? parts.slice(0, until) : parts).join(', '), 0.9)];
};

const placeOn = (line: Line, hasStreet: boolean): readonly CardField[] => {
  const parts = line.text.split(/\s*,\s*/);
  const named = hasStreet ? parts.slice(parts.findLastIndex((part) => streetWords.test(part)) + 1) : parts;
  const code = postcode.exec(named.join(', '))?.[0];
  const country = countryIn(line.text);
  const city = named
    .filter((part) => countryIn(part) === undefined)
    .map((part) =>
      part
        .replace(postcode, '')
        .replace(/\b[A-Z]{2,3}$/, '')
        .trim(),
    )
    .find((part) => /\p{L}{3}/u.test(part));
  return [
    ...(city === undefined ? [] : [fieldOn(line, 'city', city, 0.75)]),
    ...(code === undefined ? [] : [fieldOn(line, 'postcode', code, 0.85)]),
    ...(country === undefined ? [] : [fieldOn(line, 'country', country, 0.95)]),
  ];
};
