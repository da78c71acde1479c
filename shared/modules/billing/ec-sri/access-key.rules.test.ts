import { describe, expect, it } from '@jest/globals';
import { accessKeyOf, checkDigit, documentNumberOf, isAccessKey } from './access-key.rules.ts';

const parts = {
  issuedOn: '2026-11-21',
  documentCode: '01',
  ruc: '1790011001001',
  environment: '1',
  establishment: '001',
  emissionPoint: '001',
  sequence: 123,
  recordId: 'inv_1',
} as const;

describe('the access key', () => {
  it.each([
    ['41261533', '6'],
    ['211120260117900110010011001001000000123123456781', '1'],
    ['181120230117900169190012072126000254002071101351', '0'],
    ['031220220101900720020012002902000487498576629721', '6'],
  ])('of %s ends with %s', (digits, digit) => {
    expect(checkDigit(digits)).toBe(digit);
  });

  it('names day, kind, issuer, environment, place, number and the digits of its record', () => {
    const key = accessKeyOf(parts);
    expect(key).toMatch(/^21112026011790011001001100100100000012\d{11}$/);
    expect(isAccessKey(key)).toBe(true);
    expect(accessKeyOf(parts)).toBe(key);
    expect(accessKeyOf({ ...parts, recordId: 'inv_2' })).not.toBe(key);
  });

  it('is refused with a wrong digit, or too few of them', () => {
    const key = accessKeyOf(parts);
    expect(isAccessKey(`${key.slice(0, 48)}${String((Number(key[48]) + 1) % 10)}`)).toBe(false);
    expect(isAccessKey(key.slice(1))).toBe(false);
  });

  it('comes with a number for people', () => {
    expect(documentNumberOf('001', '002', 123)).toBe('001-002-000000123');
  });
});
