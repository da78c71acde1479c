import { describe, expect, it } from '@jest/globals';
import { easterSunday, nationalHolidays } from './national-holidays.rules.ts';

const daysOf = (country: string, year: number): readonly string[] =>
  nationalHolidays(country, year).map(({ day }) => day.slice(5));

describe('Easter', () => {
  it.each([
    [1961, '04-02'],
    [2000, '04-23'],
    [2008, '03-23'],
    [2024, '03-31'],
    [2025, '04-20'],
    [2026, '04-05'],
    [2038, '04-25'],
  ])('of %i is on %s', (year, day) => {
    expect(easterSunday(year)).toBe(`${String(year)}-${day}`);
  });
});

describe('days off in Ecuador', () => {
  // As the government published them, bridges included.
  it.each([
    [2022, ['01-01', '02-28', '03-01', '04-15', '05-02', '05-23', '08-12', '10-10', '11-03', '11-04', '12-25']],
    [2023, ['01-01', '02-20', '02-21', '04-07', '05-01', '05-26', '08-11', '10-09', '11-02', '11-03', '12-25']],
    [2024, ['01-01', '02-12', '02-13', '03-29', '05-03', '05-24', '08-09', '10-11', '11-01', '11-04', '12-25']],
    [2025, ['01-01', '03-03', '03-04', '04-18', '05-02', '05-23', '08-11', '10-10', '11-03', '11-04', '12-25']],
    [2026, ['01-01', '02-16', '02-17', '04-03', '05-01', '05-25', '08-10', '10-09', '11-02', '11-03', '12-25']],
  ])('%i', (year, days) => {
    expect(daysOf('EC', year)).toEqual(days);
  });
});

describe('days off elsewhere', () => {
  it('in Colombia go to Monday', () => {
    expect(daysOf('CO', 2025)).toEqual([
      '01-01',
      '01-06',
      '03-24',
      '04-17',
      '04-18',
      '05-01',
      '06-02',
      '06-23',
      '06-30',
      '06-30',
      '07-20',
      '08-07',
      '08-18',
      '10-13',
      '11-03',
      '11-17',
      '12-08',
      '12-25',
    ]);
  });

  it('are none where the law is not known here', () => {
    expect(nationalHolidays('FR', 2026)).toEqual([]);
  });
});
