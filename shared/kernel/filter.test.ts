import { describe, expect, it } from '@jest/globals';
import { DomainError } from './errors.ts';
import {
  address,
  boolean,
  choice,
  date,
  decimal,
  derived,
  json,
  list,
  money,
  object,
  optional,
  parts,
  percent,
  phone,
  ref,
  tags,
  text,
} from './fields.ts';
import { checkFilter } from './filter-check.ts';
import { toExpression } from './filter-expression.ts';
import { matches } from './filter-predicate.ts';
import { equalities, operatorsOf, type Where, without } from './filter.ts';

const fields = {
  name: text({ max: 5, min: 2 }),
  stage: choice(['NEW', 'WON']),
  account: optional(ref('Account')),
  amount: derived(money()),
  rate: optional(percent()),
  day: optional(date()),
  tel: optional(phone()),
  open: optional(boolean()),
  labels: optional(tags()),
  rates: optional(list(decimal())),
  place: optional(address()),
  visits: optional(list(object('Visit', { on: date() }))),
  lines: optional(parts('Line', { what: text() })),
  extra: optional(json()),
};

const problemsOf = (filter: unknown): readonly string[] => {
  try {
    checkFilter(fields, filter, { path: ['where'] });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BAD_INPUT')
      return error.problems.map(({ path = [], message }) => `${path.join('.')}: ${message}`);
    throw error;
  }
  throw new Error('Nothing was refused.');
};
const holds = (filter: unknown, values: Readonly<Record<string, unknown>>) =>
  matches(fields, checkFilter(fields, filter), values);
const numerals = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const usd = (minor: number) => ({ minor, currency: 'USD' });
const account = `acc_${'0'.repeat(26)}`;

describe('checking a filter', () => {
  it('tidies what is compared with, and drops what asks nothing', () => {
    const where = {
      name: {},
      rate: { gte: '12.50' },
      tel: { eq: '099 123 4567' },
      amount: { between: [{ amount: '1', currency: 'USD' }, usd(200)] },
      labels: { hasAny: [' a', 'a', 'b'] },
      stage: { in: ['WON', 'WON'], eq: undefined },
      place: { city: { startsWith: 'Qui' }, point: {} },
      and: [{}, { open: {} }],
    };
    expect(checkFilter(fields, where, { country: 'EC' })).toEqual({
      rate: { gte: '12.5' },
      tel: { eq: '+593991234567' },
      amount: { between: [usd(100), usd(200)] },
      labels: { hasAny: ['a', 'b'] },
      stage: { in: ['WON'] },
      place: { city: { startsWith: 'Qui' } },
    });
    expect(checkFilter(fields, {})).toEqual({});
    expect(toExpression(fields, {})).toBeUndefined();
    expect(holds({}, {})).toBe(true);
  });

  it('asks for values beyond what the field accepts', () => {
    expect(checkFilter(fields, { rate: { lt: '150' }, name: { eq: 'x'.repeat(50) } })).toBeDefined();
  });

  it('names every problem and where it lies', () => {
    const where = {
      colour: { eq: 'red' },
      name: { gt: 'a', contains: '' },
      stage: { eq: 'LOST', in: [] },
      rate: { between: ['2', '1'], eq: null },
      amount: { between: [usd(1), { minor: 2, currency: 'EUR' }], in: [usd(1)] },
      day: null,
      open: { isNull: 'yes' },
      visits: { has: {} },
      lines: { isNull: true },
      place: { planet: {}, city: { eq: 7 } },
      or: [{ stage: {} }],
      not: {},
      and: { stage: {} },
    };
    expect(problemsOf(where)).toEqual([
      'where.name.contains: Must not be empty.',
      'where.name.gt: There is no such condition; there are: eq, ne, in, notIn, isNull, startsWith, contains.',
      'where.stage.eq: Must be one of NEW, WON.',
      'where.stage.in: Must hold a value.',
      'where.amount.between: Must be two values, the lower first.',
      'where.amount.in: There is no such condition; there are: eq, ne, isNull, lt, lte, gt, gte, between.',
      'where.rate.eq: Must have a value.',
      'where.rate.between: Must be two values, the lower first.',
      'where.day: Must have a value.',
      'where.open.isNull: Must be true or false.',
      'where.place.city.eq: Must be text.',
      expect.stringMatching(/^where\.place\.planet: There is no such condition; there are: label, .*, isNull\.$/),
      'where.visits.has: There is no such condition; there are: isNull.',
      'where.lines.isNull: There is no such condition; there are: none.',
      'where.and: Must be a list of filters.',
      'where.or.0: Must hold a condition.',
      'where.not: Must hold a condition.',
      'where.colour: There is no such field.',
    ]);
    for (const bad of [null, [], 'stage', 3]) expect(problemsOf(bad)).toHaveLength(1);
    expect(problemsOf(JSON.parse('{"__proto__": {"eq": 1}, "constructor": {"eq": 1}}'))).toHaveLength(2);
  });

  it('keeps to the limits of DynamoDB', () => {
    const nested = (levels: number): unknown =>
      JSON.parse(`${'{"not":'.repeat(levels)}{"open":{"eq":true}}${'}'.repeat(levels)}`);
    const tooLarge = 'where: Is too large: a filter makes at most 75 comparisons, with some 500 values.';
    expect(checkFilter(fields, nested(18))).toBeDefined();
    expect(problemsOf(nested(5_000))).toEqual(['where: Must be at most 20 levels deep.']);
    expect(problemsOf({ or: Array.from({ length: 76 }, () => ({ open: { eq: true } })) })).toEqual([tooLarge]);
    expect(problemsOf({ labels: { hasAll: numerals(80) } })).toEqual([tooLarge]);
    expect(problemsOf({ name: { in: numerals(101) } })).toEqual(['where.name.in: Must have at most 100 values.']);
    const long = { place: { city: { notIn: numerals(100) } } };
    expect(problemsOf({ and: Array.from({ length: 10 }, () => long) })).toEqual([tooLarge]);
  });
});

describe('what a filter means', () => {
  it('takes what is absent as null', () => {
    expect(holds({ rate: { ne: '1' } }, {})).toBe(true);
    expect(holds({ stage: { notIn: ['WON'] } }, {})).toBe(true);
    expect(holds({ rate: { lt: '1' } }, {})).toBe(false);
    expect(holds({ not: { rate: { lt: '1' } } }, {})).toBe(true);
    expect(holds({ rate: { isNull: true } }, {})).toBe(true);
    expect(holds({ labels: { isNull: true } }, { labels: [] })).toBe(true);
    expect(holds({ place: { city: { isNull: false } } }, { place: {} })).toBe(false);
    expect(holds({ place: { isNull: false, city: { ne: 'Quito' } } }, { place: {} })).toBe(true);
  });

  it('compares decimals by value and text exactly', () => {
    expect(holds({ rate: { gt: '9' } }, { rate: '10' })).toBe(true);
    expect(holds({ rates: { has: '1.50' } }, { rates: ['1.5'] })).toBe(true);
    expect(holds({ name: { contains: 'an' } }, { name: 'Ana' })).toBe(false);
  });

  it('compares money within one currency', () => {
    expect(holds({ amount: { gte: { amount: '0.05', currency: 'USD' } } }, { amount: usd(5) })).toBe(true);
    expect(holds({ amount: { gte: { amount: '0.05', currency: 'EUR' } } }, { amount: usd(5) })).toBe(false);
    expect(holds({ amount: { ne: { amount: '0.05', currency: 'EUR' } } }, { amount: usd(5) })).toBe(true);
  });

  it('is written for DynamoDB with placeholders of its own and no idle parentheses', () => {
    const filter = checkFilter(fields, {
      stage: { ne: 'WON' },
      or: [
        { amount: { gt: usd(1) } },
        { and: [{ place: { city: { in: ['Quito'] } } }] },
        { not: { labels: { hasAny: ['a', 'b'] } } },
      ],
    });
    expect(toExpression(fields, filter, 'w')).toEqual({
      text: 'NOT #w0 = :w0 AND ((#w1.#w2 = :w1 AND #w1.#w3 > :w2) OR #w4.#w5 IN (:w3) OR NOT (contains(#w6, :w4) OR contains(#w6, :w5)))',
      names: {
        '#w0': 'stage',
        '#w1': 'amount',
        '#w2': 'currency',
        '#w3': 'minor',
        '#w4': 'place',
        '#w5': 'city',
        '#w6': 'labels',
      },
      values: { ':w0': 'WON', ':w1': 'USD', ':w2': 1, ':w3': 'Quito', ':w4': 'a', ':w5': 'b' },
    });
  });
});

describe('the equalities of a filter', () => {
  it('are found at the top and in `and`, and can be taken away once', () => {
    const filter = checkFilter(fields, {
      stage: { eq: 'WON', ne: 'NEW' },
      open: { ne: true },
      and: [{ account: { in: [account] } }, { stage: { eq: 'NEW' } }],
      or: [{ name: { eq: 'abc' } }, { open: { eq: true } }],
    });
    expect(equalities(filter)).toEqual({ stage: ['WON'], account: [account] });
    expect(without(filter, ['stage', 'account', 'name', 'open'])).toEqual({
      stage: { ne: 'NEW' },
      open: { ne: true },
      and: [{ stage: { eq: 'NEW' } }],
      or: filter.or,
    });
    expect(without({ stage: { eq: 'WON' }, and: [{ account: { eq: account } }] }, ['stage', 'account'])).toEqual({});
    expect(without(filter, [])).toEqual(filter);
  });
});

describe('operators and types', () => {
  it('belong to the kind of a field', () => {
    expect(operatorsOf(fields.rates.shape)).toEqual(['has', 'hasAny', 'hasAll', 'isNull']);
    expect(operatorsOf(fields.visits.shape)).toEqual(['isNull']);
    expect(operatorsOf(fields.open.shape)).toEqual(['eq', 'ne', 'isNull']);
    expect(operatorsOf(fields.lines.shape)).toEqual([]);
  });

  it('are checked by the compiler where the fields are known', () => {
    const good: Where<typeof fields> = {
      stage: { in: ['NEW'] },
      amount: { between: [usd(1), usd(2)] },
      place: { city: { startsWith: 'Q' }, point: { isNull: true } },
      labels: { has: 'a' },
      or: [{ open: { eq: true } }, { not: { name: { contains: 'b' } } }],
    };
    expect(checkFilter(fields, good)).toEqual(good);
    const wrong: readonly Where<typeof fields>[] = [
      // @ts-expect-error: not an option of the choice
      { stage: { eq: 'LOST' } },
      // @ts-expect-error: not a field
      { colour: { eq: 'red' } },
      // @ts-expect-error: a decimal is a string, never a float
      { rate: { gt: 0.5 } },
      // @ts-expect-error: not a field of the object
      { place: { planet: { eq: 'Mars' } } },
      // @ts-expect-error: a list has members, it equals nothing
      { labels: { eq: 'a' } },
    ];
    for (const filter of wrong) expect(() => checkFilter(fields, filter)).toThrow(DomainError);
  });
});
