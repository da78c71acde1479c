import { describe, expect, it } from '@jest/globals';
import {
  averageDaysDelinquent,
  collectionEffectiveness,
  daysSalesOutstanding,
  percentage,
  type Receivables,
} from './figures.rules.ts';

const quarter: Receivables = { begin: 40_000_00, sales: 90_000_00, end: 45_000_00, endNotDue: 30_000_00, days: 90 };

describe('figures of collection', () => {
  it('are those of the worked quarter', () => {
    expect(daysSalesOutstanding(quarter)).toBe('45');
    expect(averageDaysDelinquent(quarter)).toBe('15');
    // (40 + 90 - 45) / (40 + 90 - 30) thousand
    expect(collectionEffectiveness(quarter)).toBe('85');
    expect(percentage(2, 3)).toBe('66.7');
  });

  it('say nothing where there is nothing to divide by', () => {
    const none: Receivables = { begin: 0, sales: 0, end: 0, endNotDue: 0, days: 90 };
    expect([daysSalesOutstanding(none), averageDaysDelinquent(none), collectionEffectiveness(none)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(percentage(0, 0)).toBeUndefined();
  });
});
