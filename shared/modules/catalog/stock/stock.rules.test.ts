import { describe, expect, it } from '@jest/globals';
import { freeOf, freeOn, incomingBy, stockProblems } from './stock.rules.ts';

describe('what is free', () => {
  it('is what lies there less what anybody has promised, and never less than nothing', () => {
    expect(freeOf({ onHand: '10' })).toBe('10');
    expect(freeOf({ onHand: '10', reserved: '2.5', promised: '3' })).toBe('4.5');
    expect(freeOf({ onHand: '1', promised: '3' })).toBe('0');
    expect(freeOf({ onHand: '-2' })).toBe('0');
  });

  it('has what comes in until the day, once what is owed already is made good', () => {
    const incoming = [
      { expectedOn: '2026-12-01', quantity: '4' },
      { expectedOn: '2026-12-15', quantity: '6' },
    ];
    expect(incomingBy(incoming, '2026-12-01')).toBe('4');
    expect(incomingBy(incoming, undefined)).toBe('0');
    const level = { onHand: '1', promised: '3', incoming };
    expect([undefined, '2026-11-30', '2026-12-01', '2026-12-31'].map((day) => freeOn(level, day))).toEqual([
      ...['0', '0', '2', '8'],
    ]);
  });

  it('is known of a warehouse that has a name', () => {
    expect(stockProblems({ warehouse: ' ' })).toMatchObject([{ code: 'BAD_INPUT' }]);
    expect(stockProblems({ warehouse: 'UIO' })).toEqual([]);
  });
});
