import { expect, it } from '@jest/globals';
import type { Ageing } from '#modules/billing/payments';
import { priorityOf } from './priority.rules.ts';

const owed = (amounts: Partial<Ageing>): Ageing => ({
  ...{ notDue: 0, days1to30: 0, days31to60: 0, days61to90: 0, days91to120: 0, over120: 0 },
  ...{ currency: 'USD', total: 0, overdue: 0, unapplied: 0 },
  ...amounts,
});

it('puts first what is much, old, and promised in vain', () => {
  const ageing = owed({ notDue: 90_000, days1to30: 10_000, days31to60: 5000, over120: 100 });
  expect(priorityOf([ageing], 0)).toBe(10_000 + 2 * 5000 + 5 * 100);
  expect(priorityOf([ageing], 2)).toBe(3 * 20_500);
  expect(priorityOf([owed({ notDue: 500 })], 3)).toBe(0);
});
