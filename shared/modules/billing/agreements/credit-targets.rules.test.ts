import { describe, expect, it } from '@jest/globals';
import { moneyOf } from '#kernel';
import { creditTargets, largestSales } from './credit-targets.rules.ts';
import { periodAt } from './period.rules.ts';

const usd = (minor: number) => moneyOf(minor, 'USD');
const invoice = (id: string, left: number, account = 'a') => ({ id, account, left: usd(left) });
const targets = (
  minor: number,
  bought: readonly (readonly [string, number])[],
  ...invoices: ReturnType<typeof invoice>[]
) =>
  creditTargets(usd(minor), new Map(bought.map(([account, base]) => [account, usd(base)])), invoices)?.map(
    ({ invoice: id, amount }) => [id, amount.minor],
  );

describe('a rebate is credited', () => {
  it('on the smallest invoice that holds it, else on the largest ones', () => {
    const three = [invoice('x', 500), invoice('y', 900), invoice('z', 300)];
    expect(targets(400, [['a', 1]], ...three)).toEqual([['x', 400]]);
    expect(targets(1500, [['a', 1]], ...three)).toEqual([
      ['y', 900],
      ['x', 500],
      ['z', 100],
    ]);
    expect(targets(1701, [['a', 1]], ...three)).toBeUndefined();
    expect(targets(1, [], ...three)).toBeUndefined();
  });

  it('to each of a group by what it bought, to the cent', () => {
    const bought = [
      ['a', 200],
      ['b', 100],
    ] as const;
    expect(targets(100, bought, invoice('x', 500), invoice('y', 500, 'b'))).toEqual([
      ['x', 67],
      ['y', 33],
    ]);
  });
});

describe('the periods of an agreement', () => {
  it.each([
    ['MONTH', '2026-02-28', { from: '2026-02-28', to: '2026-03-30' }],
    ['MONTH', '2026-02-27', { from: '2026-01-31', to: '2026-02-27' }],
    ['QUARTER', '2026-07-30', { from: '2026-04-30', to: '2026-07-30' }],
    ['YEAR', '2026-12-31', { from: '2026-01-31', to: '2026-12-31' }],
    ['WHOLE', '2026-03-01', { from: '2026-01-31', to: '2026-12-31' }],
    ['MONTH', '2026-01-30', undefined],
    ['MONTH', '2027-01-01', undefined],
  ] as const)('%s of %s', (frequency, day, span) => {
    expect(periodAt({ startsOn: '2026-01-31', endsOn: '2026-12-31', frequency }, day)).toEqual(span);
  });
});

it('the largest sales of each customer are looked at, less what came back of them', () => {
  const bought = (sale: string, account: string, minor: number) => ({ sale, account, base: usd(minor) });
  const entries = [
    ...[bought('x', 'a', 900), bought('x', 'a', -800), bought('y', 'a', 500), bought('z', 'a', 300)],
    ...[bought('v', 'b', 1), bought('w', 'b', 2)],
  ];
  expect(largestSales(entries, 4)).toEqual(['y', 'z', 'w', 'v']);
  expect(largestSales(entries, 2)).toEqual(['y', 'w']);
});
