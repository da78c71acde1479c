import { describe, expect, it } from '@jest/globals';
import { parseValue, type GraphQLScalarType } from 'graphql';
import { AnyJson, DateTime, ExactDecimal } from './scalars.ts';

const literal = (scalar: GraphQLScalarType, text: string): unknown => scalar.parseLiteral(parseValue(text));

describe('Decimal', () => {
  it('takes strings and numbers, exactly, and writes them one way', () => {
    for (const [given, decimal] of [
      ['12.50', '12.5'],
      ['-0', '0'],
      [' 7 ', '7'],
      [0.1, '0.1'],
      [1e-7, '0.0000001'],
      [123456789012345, '123456789012345'],
    ] as const) {
      expect([given, ExactDecimal.parseValue(given)]).toEqual([given, decimal]);
    }
    expect(['12.50', '"12.50"', '3'].map((text) => literal(ExactDecimal, text))).toEqual(['12.5', '12.5', '3']);
    // More digits than a double holds: the literal's own text counts.
    expect(literal(ExactDecimal, '12345678901234567890.123456')).toBe('12345678901234567890.123456');
  });

  it('refuses numbers that JSON has rounded, and what is no decimal', () => {
    for (const given of [
      0.1 + 0.2,
      2 ** 53 + 2,
      Number.NaN,
      Infinity,
      '1e3',
      '1,5',
      '',
      true,
      null,
      {},
      '1'.repeat(100),
    ]) {
      expect(() => ExactDecimal.parseValue(given)).toThrow('Decimal');
    }
    expect(() => literal(ExactDecimal, 'true')).toThrow('Decimal');
  });
});

describe('text scalars', () => {
  it('take text only; what it may say is checked with the input', () => {
    expect(DateTime.parseValue('yesterday')).toBe('yesterday');
    for (const given of [1, true, ['x'], {}])
      expect(() => DateTime.parseValue(given)).toThrow('DateTime is written as a string');
    expect(() => literal(DateTime, '2026')).toThrow('DateTime is written as a string');
  });
});

describe('JSON', () => {
  it('takes any value, literally too', () => {
    expect(AnyJson.parseValue({ a: [1, null] })).toEqual({ a: [1, null] });
    expect(literal(AnyJson, '{a: [1, "x", null, true]}')).toEqual({ a: [1, 'x', null, true] });
  });
});
