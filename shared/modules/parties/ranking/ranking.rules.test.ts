import { describe, expect, it } from '@jest/globals';
import { quintiles, segmentOf, standings, type Bought } from './ranking.rules.ts';

const borders = { a: 80, b: 95 };
const bought = (revenue: number, days = 1, lastOn = '2026-11-01'): Bought => ({ revenue, days, lastOn });
const ranksOf = (revenues: readonly number[]) => {
  const customers = new Map(revenues.map((revenue, index) => [`acc_${String(index)}`, bought(revenue)]));
  const found = standings(customers, borders);
  return revenues.map((_, index) => found.get(`acc_${String(index)}`)?.rank).join('');
};

describe('classes by revenue', () => {
  it.each([
    [[50, 30, 15, 5], 'AABC'],
    [[5, 50, 15, 30], 'CABA'],
    [[90, 6, 4], 'ACC'],
    [[10, 10, 10, 10], 'AAAA'],
    [[40, 20, 20, 20], 'AAAA'],
    [[100, -20, 0], 'ACC'],
    [[0, 0], 'CC'],
    [[7], 'A'],
    [[], ''],
  ])('of %j are %s', (revenues, ranks) => {
    expect(ranksOf(revenues)).toBe(ranks);
  });

  it('say which share of all revenue it is', () => {
    const found = standings(
      new Map([
        ['a', bought(75)],
        ['b', bought(25)],
      ]),
      borders,
    );
    expect(found.get('b')).toMatchObject({ share: 25, cumulative: 100, rank: 'C' });
  });
});

describe('quintiles', () => {
  const scores = (values: readonly number[]) => [
    ...quintiles(new Map(values.map((value, index) => [String(index), value])), (value) => value).values(),
  ];

  it('share ten customers out by twos', () => {
    expect(scores([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).toEqual([5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
  });
  it('give equals the score of the first of them', () => {
    expect(scores([3, 3, 3, 1, 1])).toEqual([5, 5, 5, 2, 2]);
  });
  it('of one customer is the best', () => {
    expect(scores([1])).toEqual([5]);
  });
});

describe('segments', () => {
  it.each([
    [5, 5, 5, 'CHAMPIONS'],
    [4, 4, 4, 'CHAMPIONS'],
    [1, 4, 4, 'CANNOT_LOSE'],
    [1, 4, 3, 'AT_RISK'],
    [2, 3, 5, 'AT_RISK'],
    [3, 5, 1, 'LOYAL'],
    [5, 4, 2, 'LOYAL'],
    [5, 1, 5, 'NEW'],
    [4, 2, 1, 'POTENTIAL'],
    [5, 3, 3, 'POTENTIAL'],
    [1, 1, 5, 'HIBERNATING'],
    [2, 2, 2, 'HIBERNATING'],
    [3, 3, 3, 'OTHER'],
    [4, 1, 1, 'OTHER'],
  ])('R %i F %i M %i: %s', (recency, frequency, monetary, segment) => {
    expect(segmentOf({ recency, frequency, monetary })).toBe(segment);
  });
});
