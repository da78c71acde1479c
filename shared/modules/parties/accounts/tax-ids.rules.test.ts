import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkTaxId, taxIdTypeOf, taxKey, tidyTaxId } from './tax-ids.rules.ts';

type Vectors = Readonly<
  Record<
    | 'ruc_public_valid'
    | 'ruc_juridical_valid'
    | 'ruc_third9_public_checkdigit'
    | 'ruc_invalid'
    | 'cedula_synthetic_valid',
    readonly string[]
  >
>;
const file = join(process.env['LAZO_SHARED'] ?? '../shared', 'data/sri/id-vectors.json');
const vectors = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vectors) : undefined;

describe('a tax number of Ecuador', () => {
  it.each([
    ['1790016919001', 'RUC', 'VALID'],
    ['1760013210001', 'RUC', 'VALID'],
    ['1793221293001', 'RUC', 'VALID'],
    ['1700000019001', 'RUC', 'VALID'],
    ['1700000019', 'CEDULA', 'VALID'],
    ['3000000012', 'CEDULA', 'VALID'],
    ['1790016929001', 'RUC', 'CHECK_DIGIT_WRONG'],
    ['1700000018', 'CEDULA', 'CHECK_DIGIT_WRONG'],
    ['1760013210000', 'RUC', 'MALFORMED'],
    ['2590016919001', 'RUC', 'MALFORMED'],
    ['0090016919001', 'RUC', 'MALFORMED'],
    ['1770016919001', 'RUC', 'MALFORMED'],
    ['179001691900', 'RUC', 'MALFORMED'],
    ['17900169190A1', 'RUC', 'MALFORMED'],
    ['1770000019', 'CEDULA', 'MALFORMED'],
    ['', 'CEDULA', 'MALFORMED'],
    ['17900', 'PASSPORT', 'NOT_CHECKED'],
  ] as const)('%s as %s is %s', (number, type, verdict) => {
    expect(checkTaxId(number, type, 'EC')).toBe(verdict);
  });

  it('is told by its length', () => {
    expect(['1700000019', '1790016919001', '179'].map((number) => taxIdTypeOf(number, 'EC'))).toEqual([
      'CEDULA',
      'RUC',
      'RUC',
    ]);
  });
});

describe('a tax number from elsewhere', () => {
  it('is not checked', () => {
    expect(checkTaxId('B12345678', 'VAT', 'ES')).toBe('NOT_CHECKED');
    expect(checkTaxId('1790016918001', 'RUC', 'PE')).toBe('NOT_CHECKED');
    expect(taxIdTypeOf('1700000019', 'ES')).toBe('OTHER');
  });

  it('is kept tidy, and unique in its country', () => {
    expect(tidyTaxId(' b-12.345/678 ')).toBe('B12345678');
    expect(taxKey('b-12345678', 'ES')).toBe('ES:B12345678');
    expect(taxKey('1', undefined)).toBe(':1');
  });
});

const real = vectors ? describe : describe.skip;
real('the numbers that the registry has issued', () => {
  const verdicts = (numbers: readonly string[] = [], type: 'RUC' | 'CEDULA' = 'RUC') =>
    new Set(numbers.map((number) => checkTaxId(number, type, 'EC')));

  it('are valid: public bodies, companies, people', () => {
    expect(verdicts(vectors?.ruc_public_valid)).toEqual(new Set(['VALID']));
    expect(verdicts(vectors?.ruc_juridical_valid)).toEqual(new Set(['VALID']));
    expect(verdicts(vectors?.ruc_third9_public_checkdigit)).toEqual(new Set(['VALID']));
    expect(verdicts(vectors?.cedula_synthetic_valid, 'CEDULA')).toEqual(new Set(['VALID']));
  });

  it('are not among the invalid ones', () => {
    expect(verdicts(vectors?.ruc_invalid)).not.toContain('VALID');
  });
});
