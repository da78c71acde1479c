import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { fromAttributes, toAttributes } from './attribute-values.ts';
import { sizeOfAttributes } from './item-size.ts';

/** What a value is after the table had it: without the sign of zero. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('attribute values', () => {
  it('keep any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(fromAttributes(toAttributes({ value }))).toEqual({ value: plain(value) });
      }),
    );
  });

  it('are text that the table takes, wherever it was cut', () => {
    const cut = '👋'.slice(0, 1);
    expect(toAttributes({ cut, list: [cut], whole: '👋' })).toEqual({
      cut: { S: '\uFFFD' },
      list: { L: [{ S: '\uFFFD' }] },
      whole: { S: '👋' },
    });
  });

  it('keep any number of 38 digits', () => {
    const digits = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    fc.assert(
      fc.property(digits, fc.integer({ min: -90, max: 80 }), (mantissa, exponent) => {
        const value = new Decimal(`${String(mantissa)}e${String(exponent)}`);
        const back = fromAttributes(toAttributes({ value }))['value'] as Decimal.Value;
        expect(value.equals(back)).toBe(true);
      }),
    );
  });

  it('are never larger than their JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        const attributes = toAttributes(record);
        expect(sizeOfAttributes(attributes)).toBeLessThanOrEqual(Buffer.byteLength(JSON.stringify(attributes)));
      }),
    );
  });
});
