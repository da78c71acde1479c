import { describe, expect, it } from '@jest/globals';
import { cutOffAfter } from './wholesaler.rules.ts';

const times = { cutOffs: ['17:00', '09:30'], cutOffDays: [1, 2, 3, 4, 5], timeZone: 'Europe/Madrid' };

describe('the cut-offs of a wholesaler', () => {
  it('are the next of its times on the next of its days, on its clock', () => {
    expect(cutOffAfter(times, '2026-11-20T08:00:00.000Z')).toBe('2026-11-20T08:30:00.000Z');
    expect(cutOffAfter(times, '2026-11-20T08:30:00.000Z')).toBe('2026-11-20T16:00:00.000Z');
    expect(cutOffAfter(times, '2026-11-20T16:00:00.000Z')).toBe('2026-11-23T08:30:00.000Z');
    expect(cutOffAfter(times, '2026-07-03T20:00:00.000Z')).toBe('2026-07-06T07:30:00.000Z');
  });

  it('are none where it has no times or no days', () => {
    expect(cutOffAfter({ ...times, cutOffs: [] }, '2026-11-20T08:00:00.000Z')).toBeUndefined();
    expect(cutOffAfter({ ...times, cutOffDays: [] }, '2026-11-20T08:00:00.000Z')).toBeUndefined();
  });
});
