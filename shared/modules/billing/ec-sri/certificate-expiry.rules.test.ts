import { describe, expect, it } from '@jest/globals';
import { nextWarning, warningAt } from './certificate-expiry.rules.ts';

const until = '2026-12-31T00:00:00.000Z';

describe('the end of a certificate', () => {
  it.each([
    [undefined, '2026-12-01T00:00:00.000Z'],
    [30, '2026-12-16T00:00:00.000Z'],
    [15, '2026-12-26T00:00:00.000Z'],
    [5, '2026-12-30T00:00:00.000Z'],
    [1, until],
    [0, undefined],
  ])('is warned of after %s days at %s', (warned, at) => {
    expect(nextWarning(until, warned)).toBe(at);
  });

  it.each([
    ['2026-12-01T00:00:00.000Z', 30],
    ['2026-12-11T00:00:00.000Z', 30],
    ['2026-12-16T00:00:00.000Z', 15],
    ['2026-12-30T12:00:00.000Z', 1],
    ['2027-01-05T00:00:00.000Z', 0],
  ])('at %s is a warning of %s days: what was missed is not made up for', (now, days) => {
    expect(warningAt(until, now)).toBe(days);
  });
});
