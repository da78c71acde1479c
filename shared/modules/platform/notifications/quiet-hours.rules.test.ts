import { describe, expect, it } from '@jest/globals';
import { nextDigest, nextLoudMoment, type Place, type Quiet } from './quiet-hours.rules.ts';

const quito: Place = { timeZone: 'America/Guayaquil', isFree: (day) => ['2026-11-21', '2026-11-22'].includes(day) };
const madrid: Place = { timeZone: 'Europe/Madrid', isFree: () => false };
const nights: Quiet = { quietFrom: '20:00', quietTo: '07:00', quietOnFreeDays: true };
const siesta: Quiet = { quietFrom: '14:00', quietTo: '16:00', quietOnFreeDays: false };
const none: Quiet = { quietFrom: '00:00', quietTo: '00:00', quietOnFreeDays: false };

describe('the next moment at which one may write', () => {
  it.each([
    ['in the day, at once', '2026-11-20T15:00:00.000Z', nights, quito, '2026-11-20T15:00:00.000Z'],
    ['in the evening, in the morning', '2026-11-19T02:00:00.000Z', nights, quito, '2026-11-19T12:00:00.000Z'],
    ['before dawn, in the same morning', '2026-11-19T11:59:00.000Z', nights, quito, '2026-11-19T12:00:00.000Z'],
    ['when the night ends, at once', '2026-11-19T12:00:00.000Z', nights, quito, '2026-11-19T12:00:00.000Z'],
    ['on Friday night, on Monday', '2026-11-21T02:00:00.000Z', nights, quito, '2026-11-23T12:00:00.000Z'],
    ['on Sunday at noon, on Monday', '2026-11-22T17:00:00.000Z', nights, quito, '2026-11-23T12:00:00.000Z'],
    ['at rest after lunch, afterwards', '2026-11-20T13:30:00.000Z', siesta, madrid, '2026-11-20T15:00:00.000Z'],
    ['without quiet time, at once', '2026-11-22T05:00:00.000Z', none, quito, '2026-11-22T05:00:00.000Z'],
    ['over the change of clocks', '2026-10-24T20:00:00.000Z', nights, madrid, '2026-10-25T06:00:00.000Z'],
  ] as const)('is, %s', (_, now, quiet, place, expected) => {
    expect(nextLoudMoment(now, quiet, place)).toBe(expected);
  });

  it('is not put off for ever where nobody ever works', () => {
    const never: Place = { ...quito, isFree: () => true };
    expect(nextLoudMoment('2026-11-20T15:00:00.000Z', nights, never) < '2027-01-01').toBe(true);
    expect(nextDigest('2026-11-20T15:00:00.000Z', '08:00', nights, never) < '2027-01-01').toBe(true);
  });
});

describe('the next digest', () => {
  it.each([
    ['today, when its time is to come', '2026-11-20T12:00:00.000Z', '2026-11-20T13:00:00.000Z'],
    ['on the next working day, when it is past', '2026-11-20T13:00:00.000Z', '2026-11-23T13:00:00.000Z'],
  ])('goes out %s', (_, now, expected) => {
    expect(nextDigest(now, '08:00', nights, quito)).toBe(expected);
  });
});
