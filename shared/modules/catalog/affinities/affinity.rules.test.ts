import { describe, expect, it } from '@jest/globals';
import { likingAt, strengthAt, type Signal } from './affinity.rules.ts';

const at = (day: string): number => Date.parse(`${day}T12:00:00.000Z`);
const signal = (source: Signal['source'], on: string, more: Partial<Signal> = {}): Signal => ({
  product: 'prd_1',
  source,
  on,
  ...more,
});

describe('how much something is liked', () => {
  it.each([
    ['a purchase today', [signal('PURCHASE', '2026-11-22')], 3],
    ['two purchases', [signal('PURCHASE', '2026-11-22'), signal('PURCHASE', '2026-11-20')], 5],
    ['a purchase 180 days ago', [signal('PURCHASE', '2026-05-26')], 1],
    [
      'an opportunity and two talks',
      [signal('OPPORTUNITY', '2026-11-22'), signal('ACTIVITY', '2026-11-21'), signal('ACTIVITY', '2026-11-20')],
      4,
    ],
    ['a talk a year ago', [signal('ACTIVITY', '2025-11-22')], 0],
    ['what was said', [signal('DECLARED', '2026-11-22', { declared: 5 })], 5],
    ['what is dated ahead', [signal('PURCHASE', '2027-11-22')], 3],
    ['nothing', [], 0],
  ])('%s', (_what, signals, strength) => {
    expect(strengthAt(signals, at('2026-11-22'))).toBe(strength);
  });

  it('tells its sources, its last day and when it fades', () => {
    const signals = [signal('PURCHASE', '2026-11-22'), signal('ACTIVITY', '2026-11-01T10:00:00.000Z')];
    const liking = likingAt(signals, at('2026-11-22'));
    expect(liking).toMatchObject({ strength: 4, date: '2026-11-22', sources: ['PURCHASE', 'ACTIVITY'] });
    const fadesAt = liking?.fadesAt ?? 0;
    expect(strengthAt(signals, fadesAt - 60_000)).toBe(4);
    expect(strengthAt(signals, fadesAt)).toBe(3);
    expect(likingAt(signals, at('2026-11-22') + 12_345)?.fadesAt).toBe(fadesAt);
    expect(likingAt(signals, at('2036-11-22'))).toBeUndefined();
  });
});
