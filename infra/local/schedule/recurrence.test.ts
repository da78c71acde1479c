import { describe, expect, it } from '@jest/globals';
import { nextOccurrence } from './recurrence.ts';

const next = (expression: string, last = '2026-11-22T10:07:00Z'): string =>
  new Date(nextOccurrence(expression, Date.parse(last))).toISOString().slice(0, 16);

describe('nextOccurrence', () => {
  it.each([
    ['rate(1 minute)', '2026-11-22T10:08'],
    ['rate(1 hour)', '2026-11-22T11:07'],
    ['rate(2 days)', '2026-11-24T10:07'],
    ['cron(0 12 * * ? *)', '2026-11-22T12:00'],
    ['cron(5/20 * * * ? *)', '2026-11-22T10:25'],
    ['cron(0/15 8-17 ? * MON-FRI *)', '2026-11-23T08:00'],
    ['cron(0 8 1 * ? *)', '2026-12-01T08:00'],
    ['cron(0 18 L * ? *)', '2026-11-30T18:00'],
    ['cron(15 10 ? * 6L 2026-2030)', '2026-11-27T10:15'],
    ['cron(0 8 ? * 2#1 *)', '2026-12-07T08:00'],
    ['cron(0 0 1 1 ? 2028)', '2028-01-01T00:00'],
  ])('reads %s as AWS does', (expression, expected) => {
    expect(next(expression)).toBe(expected);
  });

  it('is never due again after its last year', () => {
    expect(nextOccurrence('cron(0 0 1 1 ? 2020)', Date.parse('2026-01-01T00:00:00Z'))).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    'rate(1 hours)',
    'rate(2 hour)',
    'rate(0 hours)',
    'rate(5 weeks)',
    'cron(0 12 * * * *)',
    'cron(0 12 ? * ? *)',
    'cron(0 12 * * ?)',
    'cron(99 12 * * ? *)',
    'every hour',
  ])('refuses %s', (expression) => {
    expect(() => next(expression)).toThrow(expect.objectContaining({ name: 'InvalidSchedule' }));
  });
});
