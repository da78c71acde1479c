// The size of an item as DynamoDB counts it, so that one over 400 KB is refused before it is sent.
import { Buffer } from 'node:buffer';
import { ItemTooLarge, type Key } from '#kernel/table';
import type { AttributeMap, AttributeValue } from './attribute-values.ts';

/** DynamoDB's limit on an item, names and values together, in bytes. */
export const itemLimit = 400 * 1024;

/** Overhead of a list or map, and of each of its members. */
const containerOverhead = 3;
const memberOverhead = 1;

/** Refuses an item, or the values of an update, that the table cannot take. @throws ItemTooLarge */
export function assertFits(key: Key, attributes: AttributeMap): void {
  const bytes = sizeOfAttributes(attributes);
  if (bytes > itemLimit) throw new ItemTooLarge(key, bytes);
}

/** Bytes of an item: UTF-8 names plus values. */
export function sizeOfAttributes(attributes: AttributeMap): number {
  let bytes = 0;
  for (const name of Object.keys(attributes))
    bytes += Buffer.byteLength(name) + sizeOfValue(attributes[name] as AttributeValue);
  return bytes;
}

const sizeOfValue = (value: AttributeValue): number => {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return sizeOfNumber(value.N);
  if ('M' in value) return containerOverhead + Object.keys(value.M).length * memberOverhead + sizeOfAttributes(value.M);
  if ('L' in value)
    return value.L.reduce((bytes, entry) => bytes + memberOverhead + sizeOfValue(entry), containerOverhead);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  return 1;
};

/** One byte, one for each two significant digits, one for a minus sign. */
const sizeOfNumber = (text: string): number => {
  const [mantissa = ''] = text.toLowerCase().split('e');
  const digits = mantissa.replace(/[-+.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
  return 1 + Math.ceil(digits / 2) + (text.startsWith('-') ? 1 : 0);
};
