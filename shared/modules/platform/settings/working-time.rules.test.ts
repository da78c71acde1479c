import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { workingTimeFrom, type CalendarValues, type HolidayValues } from './calendar.rules.ts';
import {
  addWorkingDays,
  addWorkingTime,
  isWorking,
  isWorkingDay,
  workingDaysBetween,
  workingMinutesBetween,
} from './working-time.rules.ts';

const ecuador = { timeZone: 'America/Guayaquil', country: 'EC' };
const week = (from: string, to: string, weekdays = [1, 2, 3, 4, 5]) =>
  weekdays.map((weekday) => ({ weekday, from, to }));
const calendar = (given: Partial<CalendarValues>): CalendarValues => ({
  observesCountry: true,
  hours: week('09:00', '17:00'),
  ...given,
});
const feast = (date: string, given: Partial<HolidayValues> = {}): HolidayValues => ({
  name: 'Feast',
  date,
  everyYear: false,
  ...given,
});

const usual = workingTimeFrom(undefined, [], ecuador);

describe('the usual week', () => {
  it.each([
    ['2026-11-23T13:30:00.000Z', true],
    ['2026-11-23T13:29:59.999Z', false],
    ['2026-11-23T22:29:59.999Z', true],
    ['2026-11-23T22:30:00.000Z', false],
    ['2026-11-22T15:00:00.000Z', false],
  ])('at %s: %s', (instant, expected) => {
    expect(isWorking(usual, instant)).toBe(expected);
  });

  it("is closed on the country's days off", () => {
    expect(isWorkingDay(usual, '2026-05-25')).toBe(false);
    expect(isWorkingDay(workingTimeFrom(calendar({ observesCountry: false }), [], ecuador), '2026-05-25')).toBe(true);
    expect(isWorkingDay(workingTimeFrom(calendar({ country: 'ES' }), [], ecuador), '2026-10-12')).toBe(false);
  });
});

describe('adding working time', () => {
  it('stays within the day, and goes on the next', () => {
    expect(addWorkingTime(usual, '2026-11-23T13:30:00.000Z', 60)).toBe('2026-11-23T14:30:00.000Z');
    expect(addWorkingTime(usual, '2026-11-23T22:00:00.000Z', 60)).toBe('2026-11-24T14:00:00.000Z');
  });

  it('ends with the last minute of a day, not with the first of the next', () => {
    expect(addWorkingTime(usual, '2026-11-23T21:30:00.000Z', 60)).toBe('2026-11-23T22:30:00.000Z');
  });

  it('passes over weekends and days off', () => {
    // Friday 22 May, 17:00; the 24th is a Sunday and moves to Monday.
    expect(addWorkingTime(usual, '2026-05-22T22:00:00.000Z', 45)).toBe('2026-05-26T13:45:00.000Z');
  });

  it('of nothing is the next moment at which people work', () => {
    expect(addWorkingTime(usual, '2026-11-22T15:00:00.000Z', 0)).toBe('2026-11-23T13:30:00.000Z');
    expect(addWorkingTime(usual, '2026-11-23T15:12:34.567Z', 0)).toBe('2026-11-23T15:12:34.567Z');
    expect(addWorkingTime(usual, '2026-11-23T22:30:00.000Z', 0)).toBe('2026-11-24T13:30:00.000Z');
  });

  it('has no answer where nobody ever works', () => {
    expect(
      addWorkingTime(workingTimeFrom(calendar({ hours: [] }), [], ecuador), '2026-11-22T15:00:00.000Z', 1),
    ).toBeUndefined();
  });
});

describe('daylight saving', () => {
  const night = workingTimeFrom(
    calendar({
      timeZone: 'America/New_York',
      observesCountry: false,
      hours: week('00:00', '06:00', [1, 2, 3, 4, 5, 6, 7]),
    }),
    [],
    ecuador,
  );

  it('makes a night shift an hour shorter in spring and longer in autumn', () => {
    expect(workingMinutesBetween(night, '2026-03-08T00:00:00.000Z', '2026-03-09T00:00:00.000Z')).toBe(300);
    expect(workingMinutesBetween(night, '2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z')).toBe(420);
    expect(workingMinutesBetween(night, '2026-06-01T00:00:00.000Z', '2026-06-02T00:00:00.000Z')).toBe(360);
  });

  it('does not move office hours on the wall', () => {
    const madrid = workingTimeFrom(calendar({ timeZone: 'Europe/Madrid', country: 'ES' }), [], ecuador);
    expect(addWorkingTime(madrid, '2026-03-27T15:30:00.000Z', 60)).toBe('2026-03-30T07:30:00.000Z');
    expect(addWorkingTime(madrid, '2026-10-23T14:30:00.000Z', 60)).toBe('2026-10-26T08:30:00.000Z');
  });

  it('adds what it counts', () => {
    const zones = ['America/Guayaquil', 'America/New_York', 'Europe/Madrid', 'Australia/Lord_Howe'];
    const instants = fc.integer({ min: Date.UTC(2026, 0) / 60_000, max: Date.UTC(2027, 0) / 60_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        instants,
        fc.integer({ min: 0, max: 5000 }),
        (timeZone, minute, minutes) => {
          const time = workingTimeFrom(
            calendar({ timeZone, hours: [...week('00:00', '04:30'), ...week('08:30', '13:00')] }),
            [feast('2026-06-03')],
            ecuador,
          );
          const from = new Date(minute * 60_000).toISOString();
          const due = addWorkingTime(time, from, minutes) ?? '';
          expect(workingMinutesBetween(time, from, due)).toBe(minutes);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('days unlike others', () => {
  it('may be off, every year or once', () => {
    const time = workingTimeFrom(undefined, [feast('2025-12-04', { everyYear: true }), feast('2026-12-03')], ecuador);
    expect(
      ['2024-12-04', '2025-12-04', '2026-12-04', '2026-12-03', '2027-12-03'].map((day) => isWorkingDay(time, day)),
    ).toEqual([true, false, false, false, true]);
  });

  it('may have other hours, on a day off too', () => {
    const time = workingTimeFrom(
      undefined,
      [feast('2026-12-24', { from: '08:30', to: '12:00' }), feast('2026-12-26', { from: '09:00', to: '11:00' })],
      ecuador,
    );
    expect(workingMinutesBetween(time, '2026-12-24T05:00:00.000Z', '2026-12-28T05:00:00.000Z')).toBe(210 + 120);
  });
});

describe('working days', () => {
  it('between days: the first counts, the last does not', () => {
    expect([
      workingDaysBetween(usual, '2026-11-23', '2026-11-30'),
      workingDaysBetween(usual, '2026-11-21', '2026-11-23'),
      workingDaysBetween(usual, '2026-11-30', '2026-11-23'),
      workingDaysBetween(usual, '2026-11-23', '2026-11-23'),
    ]).toEqual([5, 0, -5, 0]);
  });

  it('are counted on from any day', () => {
    expect([
      addWorkingDays(usual, '2026-11-27', 1),
      addWorkingDays(usual, '2026-11-28', 1),
      addWorkingDays(usual, '2026-11-28', 0),
      addWorkingDays(usual, '2026-11-27', 0),
      addWorkingDays(usual, '2026-05-22', 2),
    ]).toEqual(['2026-11-30', '2026-11-30', '2026-11-30', '2026-11-27', '2026-05-27']);
  });
});
