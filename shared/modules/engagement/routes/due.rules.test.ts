import { describe, expect, it } from '@jest/globals';
import { dueOf, placeOf, windowProblems, windowsOn, type Visitee } from './due.rules.ts';

const weekly: Visitee = { id: 'acc_1', createdAt: '2026-01-01T00:00:00.000Z', everyDays: 7, minGapPercent: 50 };
const visited = (day: string, more: Partial<Visitee> = {}): Visitee => ({
  ...weekly,
  lastVisitAt: `${day}T15:00:00.000Z`,
  ...more,
});

describe('a visit', () => {
  it.each([
    ['2026-11-16', 1, true],
    ['2026-11-09', 2, true],
    ['2026-11-20', 3 / 7, false],
    ['2026-11-19', 4 / 7, true],
  ])('is due by its interval: last made on %s, %d of it', (day, score, isCandidate) => {
    const due = dueOf(visited(day), '2026-11-23', []);
    expect(due.score).toBeCloseTo(score, 6);
    expect(due.isCandidate).toBe(isCandidate);
  });

  it('is due from the first day on where nobody ever came, and waits no longer than twice', () => {
    expect(dueOf({ ...weekly, createdAt: '2026-11-23T00:00:00.000Z' }, '2026-11-23', []).score).toBe(1);
    expect(dueOf(weekly, '2026-11-23', []).score).toBe(2);
  });

  it('says the day, and why', () => {
    const due = dueOf(visited('2026-11-16', { birthday: '1980-11-25' }), '2026-11-23', [{ name: 'debt', weight: 0.5 }]);
    expect(due).toMatchObject({ dueOn: '2026-11-23', score: 1.75, reasons: ['due', 'debt', 'birthday'] });
    expect(dueOf(visited('2026-12-20', { birthday: '1980-01-02' }), '2026-12-28', []).reasons).toContain('birthday');
    expect(dueOf(visited('2026-11-16', { birthday: '1980-11-22' }), '2026-11-23', []).reasons).toEqual(['due']);
  });
});

describe('an account', () => {
  const windows = [
    { weekday: 1, from: '15:00', to: '17:30' },
    { weekday: 1, from: '09:00', to: '12:00' },
  ];

  it('receives in its windows', () => {
    expect(windowsOn(windows, 1)).toEqual([
      { from: 540, to: 720 },
      { from: 900, to: 1050 },
    ]);
    expect(windowsOn(windows, 2)).toEqual([]);
    expect(windowsOn([], 2)).toBeUndefined();
    expect(windowProblems([{ weekday: 1, from: '12:00', to: '12:00' }])).toMatchObject([
      { path: ['windows', 0, 'to'] },
    ]);
  });

  it('lies at the first address that says so', () => {
    const point = { latitude: -0.2, longitude: -78.5 };
    expect(placeOf({ addresses: [{}, { point }] })).toEqual(point);
    expect(placeOf({})).toBeUndefined();
  });
});
