import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { decodeValues, encodeValues } from './codec.ts';
import { canonicalDecimal } from './decimals.ts';
import { decimal, list, money, object, optional, parts, percent, text } from './fields.ts';

const Line = { what: text(), quantity: decimal(), discount: optional(percent()) };
const fields = {
  name: text(),
  price: optional(decimal()),
  total: optional(money()),
  rates: optional(list(decimal())),
  terms: optional(object('Terms', { days: text(), rate: optional(percent()) })),
  lines: optional(parts('Line', Line)),
};

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${String(length)}}$`));
/** Canonical decimals of up to 38 digits. */
const decimals = fc
  .tuple(fc.boolean(), digits(20), fc.option(digits(18), { nil: undefined }))
  .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction === undefined ? '' : `.${fraction}`}`)
  .map((written) => canonicalDecimal(written) ?? '0');

describe('codec', () => {
  it('stores decimals as exact numbers, at any depth', () => {
    const stored = encodeValues(fields, {
      name: 'x',
      price: '0.1',
      total: { minor: 1, currency: 'USD' },
      rates: ['12345678901234567890.5'],
      terms: { days: '30', rate: '12.5' },
      lines: [{ what: 'a', quantity: '2' }],
    });
    expect(stored).toEqual({
      name: 'x',
      price: 0.1,
      total: { minor: 1, currency: 'USD' },
      rates: [new Decimal('12345678901234567890.5')],
      terms: { days: '30', rate: 12.5 },
      lines: [{ what: 'a', quantity: 2 }],
    });
  });

  it('copies nothing where there is nothing to convert', () => {
    const values = { name: 'x', total: { minor: 1, currency: 'USD' } };
    expect(encodeValues({ name: fields.name, total: fields.total }, values)).toBe(values);
    expect(decodeValues({ name: fields.name, total: fields.total }, values)).toBe(values);
  });

  it('leaves absent and cleared values alone', () => {
    expect(encodeValues(fields, { name: 'x', price: null })).toEqual({ name: 'x', price: null });
  });

  it('gives back every decimal as it was, through the numbers that the table keeps', () => {
    fc.assert(
      fc.property(decimals, fc.array(decimals), (price, rates) => {
        const stored = encodeValues(fields, { price, rates });
        expect(new Decimal(stored['price'] as Decimal.Value).toFixed().replace(/^-0$/, '0')).toBe(price);
        expect(decodeValues(fields, stored)).toEqual({ price, rates });
      }),
    );
  });
});
