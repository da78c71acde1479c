// Plain JSON values, `Decimal` and bytes to DynamoDB's attribute values and back: what every item pays on its way.
// Hand-written because the SDK's marshaller loses digits beyond a double or returns wrappers instead of numbers.
import { Decimal } from 'decimal.js';

/** A value as DynamoDB JSON 1.0 writes it. Sets are not used. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly B: string }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: AttributeMap };

/** Named attribute values: an item, a key, a map, or the values of an expression. */
export type AttributeMap = { readonly [name: string]: AttributeValue };

/** DynamoDB keeps 38 significant digits. */
const maximumDigits = 38;

/** A record to attribute values; members that are `undefined` are dropped. @throws TypeError for what has no JSON form */
export function toAttributes(record: Readonly<Record<string, unknown>>): AttributeMap {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value !== undefined) setOwn(attributes, name, toAttributeValue(value));
  }
  return attributes;
}

/** Attribute values to a record. Numbers that a double cannot hold exactly come back as `Decimal`. */
export function fromAttributes(attributes: AttributeMap): Record<string, unknown> {
  // A copy has the shape of its original, which building it name by name would cost most of the time here.
  const record: Record<string, unknown> = { ...attributes };
  for (const name of Object.keys(attributes)) record[name] = fromAttributeValue(attributes[name] as AttributeValue);
  return record;
}

/** One value to an attribute value; an `undefined` list entry becomes NULL, as in JSON. @throws TypeError */
export function toAttributeValue(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      // Text that was cut within an emoji is none that the table would take.
      return { S: value.toWellFormed() };
    case 'number':
      return { N: finite(value) };
    case 'boolean':
      return { BOOL: value };
    case 'bigint':
      return { N: exact(new Decimal(value.toString())) };
    case 'undefined':
      return { NULL: true };
    case 'object':
      return value === null ? { NULL: true } : fromObject(value);
    default:
      throw new TypeError(`A ${typeof value} cannot be stored in the table.`);
  }
}

const fromObject = (value: object): AttributeValue => {
  if (Array.isArray(value)) return { L: value.map(toAttributeValue) };
  if (value instanceof Uint8Array)
    return { B: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  if (Decimal.isDecimal(value)) return { N: exact(value) };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || isPlainPrototype(prototype)) return { M: toAttributes(value as Record<string, unknown>) };
  throw new TypeError(
    `A ${value.constructor.name} cannot be stored in the table; store a string, number, list or map.`,
  );
};

/** Objects of another realm (a jest sandbox) are plain too: their prototype is a root. */
const isPlainPrototype = (prototype: unknown): boolean => {
  return prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
};

const fromAttributeValue = (value: AttributeValue): unknown => {
  if ('S' in value) return value.S;
  if ('N' in value) return toNumber(value.N);
  if ('M' in value) return fromAttributes(value.M);
  if ('BOOL' in value) return value.BOOL;
  if ('L' in value) return value.L.map(fromAttributeValue);
  if ('NULL' in value) return null;
  if ('B' in value) return new Uint8Array(Buffer.from(value.B, 'base64'));
  throw new TypeError(
    `The table answered an attribute of type ${Object.keys(value).join()}, which this project does not use.`,
  );
};

const toNumber = (text: string): number | Decimal => {
  const number = Number(text);
  if (String(number) === text) return number;
  const decimal = new Decimal(text);
  return decimal.equals(number) ? number : decimal;
};

const finite = (value: number): string => {
  if (!Number.isFinite(value)) throw new TypeError(`${String(value)} cannot be stored in the table.`);
  return String(value);
};

const exact = (value: Decimal): string => {
  if (!value.isFinite()) throw new TypeError(`${value.toString()} cannot be stored in the table.`);
  if (value.precision() > maximumDigits)
    throw new TypeError(`${value.toString()} has more than ${String(maximumDigits)} digits.`);
  return value.toString();
};

/** Plain assignment, except for the one name by which an assignment would change the prototype. */
const setOwn = <Value>(target: Record<string, Value>, name: string, value: Value): void => {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  else target[name] = value;
};
