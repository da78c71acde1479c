import { describe, expect, it } from '@jest/globals';
import { ageingAt, bucketOf, oldestDays, type Movement } from './ageing.rules.ts';

const moved = (on: string, dueOn: string, amount: number, currency = 'USD'): Movement => ({
  on,
  dueOn,
  amount,
  currency,
});

describe('ageing', () => {
  it('puts an amount by the days since it was due', () => {
    const at = (dueOn: string) => bucketOf(dueOn, '2026-11-22');
    expect([at('2026-12-01'), at('2026-11-22')]).toEqual(['notDue', 'notDue']);
    expect([at('2026-11-21'), at('2026-10-23')]).toEqual(['days1to30', 'days1to30']);
    expect([at('2026-10-22'), at('2026-09-23')]).toEqual(['days31to60', 'days31to60']);
    expect([at('2026-09-22'), at('2026-08-24')]).toEqual(['days61to90', 'days61to90']);
    expect([at('2026-08-23'), at('2026-07-25')]).toEqual(['days91to120', 'days91to120']);
    expect(at('2026-07-24')).toBe('over120');
  });

  it('is that of any day: what moved later does not count, by currency, with what is paid ahead apart', () => {
    const movements = [
      moved('2026-10-01', '2026-10-31', 10_000),
      moved('2026-11-10', '2026-10-31', -4000),
      moved('2026-11-20', '2026-10-31', -6000),
      moved('2026-11-01', '2026-12-01', 2500),
      moved('2026-11-02', '2026-11-02', 900, 'EUR'),
    ];
    const credits = [
      { on: '2026-11-10', currency: 'USD', amount: 4500 },
      { on: '2026-11-10', currency: 'USD', amount: -4000 },
    ];
    expect(ageingAt('2026-11-15', movements, credits)).toEqual([
      expect.objectContaining({ currency: 'EUR', days1to30: 900, total: 900, overdue: 900, unapplied: 0 }),
      expect.objectContaining({ currency: 'USD', notDue: 2500, days1to30: 6000, total: 8500, unapplied: 500 }),
    ]);
    expect(ageingAt('2026-10-15', movements, credits)).toEqual([
      expect.objectContaining({ currency: 'USD', notDue: 10_000, overdue: 0, unapplied: 0 }),
    ]);
    expect(ageingAt('2026-09-30', movements, credits)).toEqual([]);
    expect(oldestDays('2026-11-15', movements)).toBe(15);
    expect(oldestDays('2026-11-20', movements)).toBe(18);
    expect(oldestDays('2026-10-31', movements)).toBe(0);
  });
});
