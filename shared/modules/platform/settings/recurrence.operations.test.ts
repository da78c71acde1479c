import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failure } from '#test/support/domain';
import { assertRule, occurrenceAfter, occurrencesOf, type Recurrence } from './recurrence.operations.ts';

const file = resolve(
  process.env['LAZO_SHARED'] ?? resolve(import.meta.dirname, '../../../../../shared'),
  'data/rrule-vectors.json',
);
type Vector = { readonly dtstart: string; readonly rrule: string; readonly dates: readonly string[] };
const vectors = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Vector[] }).cases
  : [];

/** `19970902T090000` on a clock that is four hours behind UTC in summer and five in winter. */
const newYork = 'America/New_York';
const utcOf = (local: string): string => {
  const wall = `${local.slice(0, 4)}-${local.slice(4, 6)}-${local.slice(6, 8)}T${local.slice(9, 11)}:00:00.000`;
  const summer = new Date(`${wall}-04:00`);
  const hour = new Intl.DateTimeFormat('en', { timeZone: newYork, hour: '2-digit', hour12: false }).format(summer);
  return (hour === local.slice(9, 11) ? summer : new Date(`${wall}-05:00`)).toISOString();
};
const dayOf = (at: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: newYork }).format(new Date(at)).replaceAll('-', '');

/** The days of the first occurrences, each asked for behind the one before. */
const steps = async (series: Recurrence, most: number): Promise<readonly string[]> => {
  const days: string[] = [];
  let at = await occurrenceAfter(series, new Date(Date.parse(series.startsAt) - 1).toISOString());
  for (; at !== undefined && days.length < most; at = await occurrenceAfter(series, at)) days.push(dayOf(at));
  return days;
};

/** The vectors lie outside the project; where they are absent the test says that it was skipped. */
const withVectors = existsSync(file) ? describe : describe.skip;

withVectors('the examples of RFC 5545', () => {
  it('follows them', async () => {
    expect(vectors.length).toBeGreaterThan(0);
    for (const { dtstart, rrule, dates } of vectors) {
      const startsAt = utcOf(dtstart);
      const wanted = { from: startsAt, to: '2100-01-01T00:00:00.000Z', most: dates.length };
      const found = await occurrencesOf({ rule: rrule, startsAt, timeZone: newYork }, wanted);
      expect({ rrule, dates: found.map(dayOf) }).toEqual({ rrule, dates });
      const series = { rule: rrule, startsAt, timeZone: newYork };
      expect({ rrule, dates: await steps(series, dates.length) }).toEqual({ rrule, dates });
    }
  });
});

describe('recurrence', () => {
  it('keeps the clock over daylight saving, and leaves exceptions out', async () => {
    const weekly = { rule: 'FREQ=WEEKLY', startsAt: '2026-10-19T07:00:00.000Z', timeZone: 'Europe/Madrid' };
    const span = { from: '2026-10-19T00:00:00.000Z', to: '2026-11-10T00:00:00.000Z', most: 10 };
    expect(await occurrencesOf(weekly, span)).toEqual([
      '2026-10-19T07:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
      '2026-11-02T08:00:00.000Z',
      '2026-11-09T08:00:00.000Z',
    ]);
    expect(await occurrencesOf({ ...weekly, except: ['2026-10-26T08:00:00.000Z'] }, { ...span, most: 2 })).toEqual([
      '2026-10-19T07:00:00.000Z',
      '2026-11-02T08:00:00.000Z',
    ]);
  });

  it('refuses what is no rule', async () => {
    const base = { startsAt: '2026-10-19T07:00:00.000Z', timeZone: 'Europe/Madrid' };
    for (const rule of ['FREQ=SOMETIMES', 'FREQ=WEEKLY;BYDAY=XX', 'FREQ=MONTHLY;BYMONTHDAY=77'])
      expect({ rule, code: await failure(assertRule({ ...base, rule })) }).toEqual({ rule, code: 'RULE_INVALID' });
  });

  it('refuses what never comes, however long one looks; once it is in use, none is left', async () => {
    const never = { startsAt: '2026-10-19T07:00:00.000Z', timeZone: 'UTC', rule: 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30' };
    expect(await failure(assertRule(never))).toBe('RULE_INVALID');
    expect(await occurrenceAfter(never, never.startsAt)).toBeUndefined();
    expect(await occurrencesOf(never, { from: never.startsAt, to: '2126-10-19T07:00:00.000Z', most: 5 })).toEqual([]);
  });
});
