import { describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { completeness, hadBy } from './measure.rules.ts';

const kind = { of: Account, weights: { taxId: 3, email: 1, websites: 0 }, staleDays: 10 };
const row = (values: object): AnyRow => ({ id: 'acc_1', ...values }) as unknown as AnyRow;

describe('what a record has', () => {
  it.each([
    [{}, []],
    [{ taxId: '1', email: '', websites: [] }, ['taxId']],
    [{ name: 'A', websites: ['https://a.ec'] }, ['websites']],
    [{ custom: { vip: false, size: null } }, ['custom.vip']],
    [{ qualityWaiver: { fields: ['email', 'custom.size'] } }, ['custom.size', 'email']],
  ])('%j: %j', (values, had) => {
    expect(hadBy(kind, row(values))).toEqual(had);
  });
});

describe('completeness', () => {
  const measure = (records: number, had: Readonly<Record<string, number>>) =>
    completeness(kind, records, (field) => had[field] ?? 0);

  it('weighs what is there against what is asked for, and says what is missing, what matters most first', () => {
    expect(measure(1, { taxId: 1 })).toEqual({ score: 75, missing: [{ field: 'email', count: 1 }] });
    expect(measure(4, { taxId: 3, email: 2 })).toEqual({
      score: 69,
      missing: [
        { field: 'taxId', count: 1 },
        { field: 'email', count: 2 },
      ],
    });
  });

  it('is full where nothing is asked for, or nothing is there', () => {
    expect(measure(0, {})).toEqual({ score: 100, missing: [] });
    expect(completeness({ weights: { taxId: 0 }, staleDays: 1 }, 5, () => 0)).toEqual({ score: 100, missing: [] });
  });
});
