import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayAfter, instantOf, wallTimeOf, weekdayOf } from './zoned-time.rules.ts';

const at = (day: string, clock: string, zone: string): string =>
  new Date(instantOf({ day, minute: Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)) }, zone)).toISOString();

describe('wall time', () => {
  it.each([
    ['America/Guayaquil', '2026-07-01', '08:30', '2026-07-01T13:30:00.000Z'],
    ['Europe/Madrid', '2026-01-10', '08:30', '2026-01-10T07:30:00.000Z'],
    ['Europe/Madrid', '2026-07-10', '08:30', '2026-07-10T06:30:00.000Z'],
    ['Asia/Kathmandu', '2026-07-10', '00:00', '2026-07-09T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-07-10', '00:00', '2026-07-09T10:00:00.000Z'],
  ])('in %s on %s at %s is %s', (zone, day, clock, instant) => {
    expect(at(day, clock, zone)).toBe(instant);
  });

  it('in the hour that the clocks leave out is an hour later', () => {
    expect(at('2026-03-08', '02:30', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
    expect(at('2026-10-04', '02:15', 'Australia/Lord_Howe')).toBe('2026-10-03T15:45:00.000Z');
  });

  it('in the hour that the clocks repeat is the first of two', () => {
    expect(at('2026-11-01', '01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
    expect(at('2026-10-25', '02:30', 'Europe/Madrid')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('at the end of a day is the beginning of the next', () => {
    expect(instantOf({ day: '2026-03-08', minute: 1440 }, 'America/New_York')).toBe(
      instantOf({ day: '2026-03-09', minute: 0 }, 'America/New_York'),
    );
  });

  it('comes back as it went, whole minute by whole minute, except in a gap', () => {
    const zones = [
      'America/Guayaquil',
      'America/New_York',
      'Europe/Madrid',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Casablanca',
    ];
    const minutes = fc.integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2035, 0) / 60_000 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), minutes, (zone, minute) => {
        const instant = minute * 60_000;
        const back = instantOf(wallTimeOf(instant, zone), zone);
        // The second of two equal readings comes back as the first.
        expect([0, 30, 60]).toContain((instant - back) / 60_000);
        expect(wallTimeOf(back, zone)).toEqual(wallTimeOf(instant, zone));
      }),
      { numRuns: 500 },
    );
  });
});

describe('days', () => {
  it('go over ends of months and leap days', () => {
    expect([dayAfter('2028-02-28'), dayAfter('2026-12-31'), dayAfter('2026-03-01', -1)]).toEqual([
      '2028-02-29',
      '2027-01-01',
      '2026-02-28',
    ]);
  });

  it('have weekdays from Monday to Sunday', () => {
    expect(['2026-11-23', '2026-11-28', '2026-11-29'].map(weekdayOf)).toEqual([1, 6, 7]);
  });
});
