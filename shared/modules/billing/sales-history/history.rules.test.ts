import { describe, expect, it } from '@jest/globals';
import { dueCell, monthCell, monthsIn, owedIn } from './history.rules.ts';

const cells = (...entries: readonly (readonly [string, Readonly<Record<string, number>>])[]) => new Map(entries);

describe('the history of sales and collections', () => {
  it('adds up what several sources tell of a month, by currency, the latest first', () => {
    const own = cells(
      [monthCell('2026-10-05', 'USD', 'INVOICE'), { total: 1000 }],
      [monthCell('2026-11-05', 'USD', 'PAYMENT'), { total: 400 }],
      [monthCell('2026-09-05', 'USD', 'ORDER'), { total: 0 }],
    );
    const erp = cells(
      [monthCell('2026-10-09', 'USD', 'INVOICE'), { total: 50 }],
      [monthCell('2026-10-09', 'EUR', 'ORDER'), { total: 70 }],
    );
    expect(monthsIn([own, erp])).toMatchObject([
      { month: '2026-11', currency: 'USD', paid: 400 },
      { month: '2026-10', currency: 'EUR', ordered: 70 },
      { month: '2026-10', currency: 'USD', invoiced: 1050, ordered: 0 },
    ]);
  });

  it('says what is owed and overdue: what is due today is not yet late', () => {
    const own = cells([dueCell('2026-11-21', 'USD'), { open: 300 }], [dueCell('2026-11-22', 'USD'), { open: 100 }]);
    const erp = cells([dueCell('2026-01-01', 'USD'), { open: 50 }], [dueCell('2026-01-01', 'EUR'), { open: 0 }]);
    expect(owedIn([own, erp], '2026-11-22')).toEqual([{ currency: 'USD', open: 450, overdue: 350 }]);
  });
});
