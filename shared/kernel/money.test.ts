import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currencies, exponentOf } from './currencies.ts';
import { Exact } from './decimals.ts';
import {
  add,
  allocate,
  compare,
  fromDecimal,
  moneyOf,
  multiply,
  negate,
  percentOf,
  roundedMoney,
  subtract,
  sum,
  toDecimal,
} from './money.ts';

const usd = (amount: string) => fromDecimal(amount, 'USD');
const amounts = (...decimals: string[]) => decimals.map(usd);

describe('money', () => {
  it('knows the decimals of currencies', () => {
    expect(['USD', 'EUR', 'CLP', 'PYG', 'JPY', 'BHD', 'KWD', 'CLF'].map(exponentOf)).toEqual([2, 2, 0, 0, 0, 3, 3, 4]);
    expect(toDecimal(moneyOf(1, 'KWD'))).toBe('0.001');
    expect(toDecimal(moneyOf(-1005, 'JPY'))).toBe('-1005');
    expect(fromDecimal('12.5', 'USD')).toEqual({ minor: 1250, currency: 'USD' });
    expect(() => moneyOf(1, 'XTS')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('refuses what it cannot count', () => {
    expect(() => usd('1.005')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => fromDecimal('1.5', 'JPY')).toThrow('JPY has 0 decimals');
    expect(() => usd('1e3')).toThrow('is not an amount');
    expect(() => usd('90071992547409.92')).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    expect(() => add(moneyOf(Number.MAX_SAFE_INTEGER, 'USD'), moneyOf(1, 'USD'))).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }),
    );
    expect(() => moneyOf(0.5, 'USD')).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  });

  it('does not mix currencies', () => {
    const mixed = [
      () => add(usd('1'), moneyOf(1, 'EUR')),
      () => subtract(usd('1'), moneyOf(1, 'EUR')),
      () => compare(usd('1'), moneyOf(1, 'EUR')),
    ];
    for (const attempt of mixed) expect(attempt).toThrow(expect.objectContaining({ code: 'CURRENCY_MISMATCH' }));
    expect(() => sum([usd('1'), moneyOf(1, 'EUR')], 'USD')).toThrow(
      expect.objectContaining({ code: 'CURRENCY_MISMATCH' }),
    );
  });

  it.each([
    ['1.005', '1.01'],
    ['2.345', '2.35'],
    ['-2.345', '-2.35'],
    ['0.125', '0.13'],
    ['-0.004', '0.00'],
    ['22.4950000000000000000001', '22.50'],
  ])('rounds %s to %s', (exact, rounded) => {
    expect(toDecimal(roundedMoney(exact, 'USD'))).toBe(rounded);
  });

  it('multiplies and takes percentages exactly', () => {
    expect(roundedMoney(new Exact('7.333333').times('1.5'), 'USD')).toEqual(usd('11.00'));
    expect(multiply(usd('10.00'), '0.333')).toEqual(usd('3.33'));
    expect(multiply(usd('-1.00'), '0.005')).toEqual(usd('-0.01'));
    expect(percentOf(usd('51.27'), '15')).toEqual(usd('7.69'));
    expect(percentOf(usd('72.24'), '5')).toEqual(usd('3.61'));
  });

  it('allocates by largest remainder, ties by order', () => {
    expect(allocate(usd('10.00'), ['33.33', '33.33', '33.34'])).toEqual(amounts('3.33', '3.33', '3.34'));
    expect(allocate(usd('0.05'), [1, 1, 1])).toEqual(amounts('0.02', '0.02', '0.01'));
    expect(allocate(usd('-0.05'), [1, 1, 1])).toEqual(amounts('-0.02', '-0.02', '-0.01'));
    expect(allocate(usd('3.61'), [5397, 1100, 727])).toEqual(amounts('2.70', '0.55', '0.36'));
    expect(allocate(usd('0.03'), [0, 0])).toEqual(amounts('0.02', '0.01'));
    expect(() => allocate(usd('1'), [])).toThrow(RangeError);
    expect(() => allocate(usd('1'), [2, -1])).toThrow(RangeError);
  });
});

const minors = fc.maxSafeInteger();
const currency = fc.constantFrom(...currencies);
const small = fc.integer({ min: -1e12, max: 1e12 });

describe('money, whatever the amount', () => {
  it('comes back from its decimal', () => {
    fc.assert(
      fc.property(minors, currency, (minor, code) => {
        const amount = moneyOf(minor, code);
        expect(fromDecimal(toDecimal(amount), code)).toEqual(amount);
      }),
    );
  });

  it('adds and takes away without loss', () => {
    fc.assert(
      fc.property(small, small, (a, b) => {
        const [x, y] = [moneyOf(a, 'USD'), moneyOf(b, 'USD')];
        expect(subtract(add(x, y), y)).toEqual(x);
        expect(add(x, negate(x)).minor).toBe(0);
      }),
    );
  });

  it('loses no cent when shared out, and gives each share its floor or one more', () => {
    const weight = fc.oneof(
      fc.nat(),
      fc.nat({ max: 1e6 }).map((units) => (units / 1000).toFixed(3)),
    );
    fc.assert(
      fc.property(minors, fc.array(weight, { minLength: 1, maxLength: 20 }), (minor, weights) => {
        const shares = allocate(moneyOf(minor, 'USD'), weights);
        expect(sum(shares, 'USD').minor).toBe(moneyOf(minor, 'USD').minor);
        const whole = weights.reduce<number>((total, each) => total + Number(each), 0);
        if (whole === 0 || Math.abs(minor) > 1e9) return;
        shares.forEach((share, index) => {
          expect(Math.abs(share.minor - (minor * Number(weights[index])) / whole)).toBeLessThan(1.0001);
        });
      }),
    );
  });
});
