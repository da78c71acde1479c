// Between values and stored attributes: decimals are stored as exact numbers and spoken as canonical strings; the rest is as it is.
import { Decimal } from 'decimal.js';
import { decimalText } from './decimals.ts';
import type { FieldMap, Shape } from './fields.ts';

/** Text that sorts as the value does, for the keys of indexes. */
export { sortable } from './sortable.ts';

type Attributes = Readonly<Record<string, unknown>>;

/** Values as the table stores them. Maps without decimals come back as they are, uncopied. */
export const encodeValues = (fields: FieldMap, values: Attributes): Attributes =>
  convert(conversionsOf(fields), 'encode', values);

/** Stored attributes as values; the reverse of `encodeValues`. */
export const decodeValues = (fields: FieldMap, stored: Attributes): Attributes =>
  convert(conversionsOf(fields), 'decode', stored);

/** One value as the table stores it; filters compare with it. */
export const encodeValue = (shape: Shape, value: unknown): unknown => conversionOf(shape)?.encode(value) ?? value;

type Conversion = { readonly encode: (value: unknown) => unknown; readonly decode: (stored: unknown) => unknown };
type Conversions = ReadonlyMap<string, Conversion>;

const known = new WeakMap<FieldMap, Conversions>();

/** What is to be converted in a map of these fields, found out once. */
const conversionsOf = (fields: FieldMap): Conversions => {
  const conversions =
    known.get(fields) ??
    new Map(Object.entries(fields).flatMap(([name, { shape }]) => named(name, conversionOf(shape))));
  known.set(fields, conversions);
  return conversions;
};

const named = (name: string, conversion: Conversion | undefined): [string, Conversion][] =>
  conversion ? [[name, conversion]] : [];

const conversionOf = (shape: Shape): Conversion | undefined => {
  switch (shape.kind) {
    case 'decimal':
    case 'percent':
      return exactNumber;
    case 'list':
      return eachOf(conversionOf(shape.of.shape));
    case 'object':
      return mapOf(conversionsOf(shape.fields));
    case 'parts':
      return eachOf(mapOf(conversionsOf(shape.fields)));
    default:
      return undefined;
  }
};

const exactNumber: Conversion = {
  // A double that is written the same is the same number, and cheaper.
  encode: (value) => (String(Number(value)) === value ? Number(value) : new Decimal(value as string)),
  decode: (stored) => decimalText(stored as Decimal.Value),
};

const eachOf = (element: Conversion | undefined): Conversion | undefined =>
  element && {
    encode: (value) => (value as readonly unknown[]).map(element.encode),
    decode: (stored) => (stored as readonly unknown[]).map(element.decode),
  };

const mapOf = (conversions: Conversions): Conversion | undefined =>
  conversions.size === 0
    ? undefined
    : {
        encode: (value) => convert(conversions, 'encode', value as Attributes),
        decode: (stored) => convert(conversions, 'decode', stored as Attributes),
      };

const convert = (conversions: Conversions, direction: keyof Conversion, given: Attributes): Attributes => {
  if (conversions.size === 0) return given;
  const converted: Record<string, unknown> = { ...given };
  for (const [name, conversion] of conversions) {
    const value = given[name];
    if (value !== undefined && value !== null) converted[name] = conversion[direction](value);
  }
  return converted;
};
