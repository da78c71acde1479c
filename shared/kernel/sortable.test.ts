import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalDecimal, compareDecimals } from './decimals.ts';
import { date, decimal, type AnyField, integer, money, number, percent, tags, text } from './fields.ts';
import { sortable } from './sortable.ts';

const bytes = (field: AnyField, value: unknown) => Buffer.from(`${sortable(field.shape, value)}#acc_0`);
const order = (field: AnyField, a: unknown, b: unknown) => Math.sign(Buffer.compare(bytes(field, a), bytes(field, b)));
const sorted = (field: AnyField, values: readonly unknown[]) => values.toSorted((a, b) => order(field, a, b));

const scaled = (units: number) => canonicalDecimal((units / 1000).toFixed(3)) ?? '0';

describe('sortable', () => {
  it('orders text as a dictionary does', () => {
    const names = ['Ana', 'ana maría', 'Ana-Paula', 'ANABEL', 'Ángel', 'Zoë', 'ñandú'];
    expect(sorted(text(), names.toReversed())).toEqual([
      'Ana',
      'ana maría',
      'Ana-Paula',
      'ANABEL',
      'Ángel',
      'ñandú',
      'Zoë',
    ]);
  });

  it('cuts text to 60 characters without breaking one', () => {
    const cut = sortable(text().shape, '𝒳'.repeat(10) + '你'.repeat(100));
    expect(Array.from(cut)).toHaveLength(60);
    expect(sortable(text().shape, `${'a'.repeat(59)}𠮷𠮷`).isWellFormed()).toBe(true);
  });

  it('puts what is absent first, and refuses what has no order', () => {
    expect(order(date(), undefined, '2025-12-31')).toBe(-1);
    expect(sortable(date().shape, undefined)).toBe('');
    expect(() => sortable(tags().shape, ['a'])).toThrow('Nothing sorts by a field of kind tags');
  });

  it('orders decimals and percentages by value', () => {
    const value = fc.integer({ min: -5_000_000, max: 5_000_000 }).map(scaled);
    const check = (field: AnyField) =>
      fc.property(value, value, (a, b) => {
        expect(order(field, a, b)).toBe(Math.sign(compareDecimals(a, b)));
      });
    fc.assert(check(decimal()));
    fc.assert(check(percent()));
  });

  it('orders numbers, whole numbers and money by value', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        expect(order(number(), a, b)).toBe(Math.sign(a - b) || Number(a > b) - Number(a < b));
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const expected = Number(a > b) - Number(a < b);
        expect(order(integer(), a, b)).toBe(expected);
        expect(order(money(), { minor: a, currency: 'USD' }, { minor: b, currency: 'USD' })).toBe(expected);
      }),
    );
  });
});
