import { describe, expect, it } from '@jest/globals';
import type { WorkingTime } from '#modules/platform/settings';
import { lateAt, momentOf, type Origins } from './moments.rules.ts';
import type { Offset } from './sequence.entity.ts';

/** Monday to Friday, nine to five in Quito (UTC-5), but for Wednesday the 25th. */
const time: WorkingTime = {
  timeZone: 'America/Guayaquil',
  hoursOf: (weekday) => (weekday <= 5 ? [{ from: 540, to: 1020 }] : []),
  special: (day) => (day === '2026-11-25' ? [] : undefined),
};
/** Monday the 23rd, ten in the morning in Quito. */
const now = '2026-11-23T15:00:00.000Z';
const origins = (more: Partial<Origins> = {}): Origins => ({
  now,
  previous: now,
  start: now,
  field: () => undefined,
  ...more,
});
const offset = (more: Partial<Offset>): Offset => ({ amount: 0, unit: 'WORKING_DAYS', from: 'PREVIOUS', ...more });
const due = (more: Partial<Offset>, from: Partial<Origins> = {}) => momentOf(time, offset(more), origins(from))?.dueAt;

describe('the moment of a step', () => {
  it.each([
    ['today, by the end of work', {}, '2026-11-23T22:00:00.000Z'],
    ['two working days later, over a day off', { amount: 2 }, '2026-11-26T22:00:00.000Z'],
    ['two days later, on a day off: the next one', { amount: 2, unit: 'DAYS' }, '2026-11-26T22:00:00.000Z'],
    ['at a time of the day', { amount: 1, at: '09:30' }, '2026-11-24T14:30:00.000Z'],
    ['nine working hours later', { amount: 9, unit: 'WORKING_HOURS' }, '2026-11-24T16:00:00.000Z'],
    ['forty working minutes later', { amount: 40, unit: 'WORKING_MINUTES' }, '2026-11-23T15:40:00.000Z'],
  ] as const)('%s', (_name, given, expected) => {
    expect(due(given)).toBe(expected);
  });

  it('counts from the end of the step before or from the start', () => {
    const from = { previous: '2026-11-24T15:00:00.000Z', start: '2026-11-20T15:00:00.000Z' };
    expect(due({ amount: 3 }, from)).toBe('2026-11-30T22:00:00.000Z');
    expect(due({ amount: 3, from: 'START' }, from)).toBe('2026-11-26T22:00:00.000Z');
  });

  it('lies before or after a date field, and is none without its date', () => {
    const before = { amount: -3, from: 'FIELD', field: 'closes' } as const;
    expect(due(before, { field: () => '2026-12-02' })).toBe('2026-11-27T22:00:00.000Z');
    expect(due({ ...before, unit: 'DAYS' }, { field: () => '2026-12-02' })).toBe('2026-11-27T22:00:00.000Z');
    expect(due({ ...before, amount: 1 }, { field: () => '2026-12-02T03:00:00.000Z' })).toBe('2026-12-02T22:00:00.000Z');
    expect(due(before)).toBeUndefined();
  });

  it('is today where it would have been before, and on the next day of work after hours', () => {
    expect(due({ amount: -3, from: 'FIELD', field: 'closes' }, { field: () => '2026-11-20' })).toBe(
      '2026-11-23T22:00:00.000Z',
    );
    expect(due({}, { now: '2026-11-23T23:00:00.000Z', previous: '2026-11-23T23:00:00.000Z' })).toBe(
      '2026-11-24T22:00:00.000Z',
    );
  });

  it('is late so many working hours after it was due', () => {
    expect(lateAt(time, '2026-11-23T22:00:00.000Z', 0)).toBe('2026-11-23T22:00:00.000Z');
    expect(lateAt(time, '2026-11-24T22:00:00.000Z', 2)).toBe('2026-11-26T16:00:00.000Z');
  });
});
