// Values survive the table exactly.
import { expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import type { Tenanted, TestTable } from '#test/support/engine';

/** Round trips of every kind of value. */
export function values(fixture: Tenanted<TestTable>): void {
  const store = async (value: unknown): Promise<unknown> => {
    const key = { pk: `${fixture.tenant}#val`, sk: 'row' };
    await fixture.table.write({ kind: 'put', item: { ...key, value } });
    return (await fixture.table.get(key))?.['value'];
  };

  it.each([
    ['text in every plane', 'ñ € 漢 👍 "quoted" \\ \n\t\u0000 \u2028'],
    ['an empty string', ''],
    ['null', null],
    ['true', true],
    ['false', false],
    ['zero', 0],
    ['an integer', 9007199254740991],
    ['a fraction', 0.1],
    ['a small double', 1.5e-7],
    ['a large double', 1e21],
    ['a negative number', -12.34],
    ['an empty list', []],
    ['an empty map', {}],
    ['lists and maps in one another', { a: [1, 'x', null, { b: [true, []] }], c: { d: {} } }],
    ['a member named like the prototype', JSON.parse('{"__proto__": {"x": 1}, "constructor": "y"}')],
    ['bytes', new Uint8Array([0, 1, 127, 128, 255])],
  ])('keeps %s', async (_, value) => {
    expect(await store(value)).toEqual(value);
  });

  it.each([
    '1.2345678901234567890123456789012345678e+37',
    '-0.12345678901234567890123456789012345678',
    '99999999999999999999.999999999999999999',
    '9007199254740993',
    '1.2345678901234567890123456789012345678e+125',
    '1.2345678901234567890123456789012345678e-93',
  ])('keeps the decimal %s exactly', async (text) => {
    const stored = await store(new Decimal(text));
    expect(Decimal.isDecimal(stored)).toBe(true);
    expect(String(stored)).toBe(text);
  });

  it('answers decimals that a double holds exactly as numbers', async () => {
    expect(await store([new Decimal('10.50'), new Decimal('1e21'), new Decimal('-0')])).toEqual([10.5, 1e21, 0]);
  });

  it('drops undefined members and keeps the places of a list', async () => {
    expect(await store({ a: undefined, b: [undefined, 1] })).toEqual({ b: [null, 1] });
  });

  it.each([
    ['39 digits', new Decimal('123456789012345678901234567890123456789'), /38 digits/],
    ['NaN', Number.NaN, /NaN/],
    ['infinity', new Decimal('Infinity'), /Infinity/],
    ['a date', new Date(0), /Date/],
    ['a function', () => 1, /function/],
    ['a set', new Set(['a']), /Set/],
  ])('refuses %s', async (_, value, message) => {
    await expect(store(value)).rejects.toThrow(message);
  });
}
