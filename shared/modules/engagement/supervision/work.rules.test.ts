import { describe, expect, it } from '@jest/globals';
import { daysBefore, groupWork, monthsOf, spansToRead, sumsOf, weekOf, workCell } from './work.rules.ts';

const cells = [
  workCell('2026-11-23#usr_a#aty_1#PLANNED', { count: 2, minutes: 60 }, false),
  workCell('2026-11-23#usr_a#aty_1#DONE', { count: 3, minutes: 45 }, false),
  workCell('2026-11-24#usr_b#aty_1#DROPPED', { count: 1, minutes: 15 }, false),
  workCell('2026-11-30#usr_b#aty_2#DONE', { count: 1, minutes: 90 }, false),
  workCell('2026-11-24#usr_b#aty_2#DONE', { count: 0, minutes: 0 }, false),
];

describe('counted work', () => {
  it('is added up; only done work has taken time', () => {
    expect(sumsOf(cells)).toEqual({ planned: 2, done: 4, dropped: 1, minutes: 135 });
  });

  it('is grouped by any dimensions, without what is empty', () => {
    expect(groupWork(cells, ['person', 'week'])).toEqual([
      { person: 'usr_a', week: '2026-11-23', planned: 2, done: 3, dropped: 0, minutes: 45 },
      { person: 'usr_b', week: '2026-11-23', planned: 0, done: 0, dropped: 1, minutes: 0 },
      { person: 'usr_b', week: '2026-11-30', planned: 0, done: 1, dropped: 0, minutes: 90 },
    ]);
    expect(groupWork([], [])).toEqual([]);
    expect(groupWork(cells, [])).toMatchObject([{ done: 4 }]);
  });

  it('knows results and work that nobody has taken', () => {
    expect(groupWork([workCell('2026-11-23##aty_1#Interested', { count: 2 }, true)], ['person', 'result'])).toEqual([
      { result: 'Interested', planned: 0, done: 2, dropped: 0, minutes: 0 },
    ]);
  });
});

describe('days and months', () => {
  it.each([
    ['2026-11-22', '2026-11-16'],
    ['2026-11-23', '2026-11-23'],
    ['2027-01-01', '2026-12-28'],
  ])('%s is in the week of %s', (day, week) => {
    expect(weekOf(day)).toBe(week);
  });

  it('of a span, each month once', () => {
    expect(monthsOf({ from: '2026-12-15', to: '2027-02-01' }).map(({ month }) => month)).toEqual([
      '2026-12',
      '2027-01',
      '2027-02',
    ]);
  });

  it('to read include this month until today, for what is overdue', () => {
    expect(spansToRead('2026-11-22', { from: '2026-11-23', to: '2026-11-29' })).toEqual([
      { month: '2026-11', from: '2026-11-01', to: '2026-11-29' },
    ]);
    expect(spansToRead('2026-11-22', { from: '2026-10-01', to: '2026-10-07' })).toEqual([
      { month: '2026-10', from: '2026-10-01', to: '2026-10-07' },
      { month: '2026-11', from: '2026-11-01', to: '2026-11-22' },
    ]);
  });

  it('are counted back over years', () => {
    expect(daysBefore('2026-01-01T00:00:00.000Z', 1)).toBe('2025-12-31');
  });
});
