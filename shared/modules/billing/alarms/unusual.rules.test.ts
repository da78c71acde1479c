import { describe, expect, it } from '@jest/globals';
import { moneyOf } from '#kernel';
import { isUnusual, usualAmount } from './unusual.rules.ts';

const usd = (minor: number) => moneyOf(minor, 'USD');

describe('an unusual amount', () => {
  it('is measured by the middle of the others, of which there are three at least', () => {
    expect(usualAmount([usd(100), usd(200)])).toBeUndefined();
    expect(usualAmount([usd(900), usd(100), usd(200)])).toEqual(usd(200));
    expect(usualAmount([usd(100), usd(200), usd(301), usd(9_999)])).toEqual(usd(251));
  });

  it('is more than so many times that, or less than that part of it', () => {
    expect([300, 301, 34, 33].map((minor) => isUnusual(usd(minor), usd(100), '3'))).toEqual([false, true, false, true]);
  });
});
