import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withTenantTable } from '#test/support/engine';
import { encodeValues } from './codec.ts';
import {
  boolean,
  choice,
  date,
  dateTime,
  decimal,
  email,
  type FieldMap,
  integer,
  type Kind,
  json,
  list,
  longText,
  money,
  number,
  object,
  optional,
  percent,
  phone,
  ref,
  type Shape,
  tags,
  text,
  url,
} from './fields.ts';
import { checkFilter } from './filter-check.ts';
import { toExpression } from './filter-expression.ts';
import { predicateOf } from './filter-predicate.ts';
import { type Filter, operands, operatorsOf } from './filter.ts';

const fields = {
  name: optional(text()),
  notes: optional(longText()),
  mail: optional(email()),
  tel: optional(phone()),
  web: optional(url()),
  size: optional(number()),
  count: optional(integer()),
  price: optional(decimal()),
  rate: optional(percent()),
  open: optional(boolean()),
  day: optional(date()),
  at: optional(dateTime()),
  amount: optional(money()),
  stage: optional(choice(['NEW', 'WON', 'LOST'])),
  account: optional(ref('Account')),
  labels: optional(tags()),
  prices: optional(list(decimal())),
  days: optional(list(date())),
  extra: optional(json()),
  visits: optional(list(object('Visit', { on: date() }))),
  place: optional(
    object('Place', {
      city: optional(text()),
      height: optional(decimal()),
      inner: optional(object('Inner', { since: date() })),
    }),
  ),
} satisfies FieldMap;

type Values = Readonly<Record<string, unknown>>;

/** Few values of each kind, so that filters meet them, with those that computers mix up. */
const valueOf = (shape: Shape): fc.Arbitrary<unknown> => {
  if (shape.kind === 'list') return fc.array(valueOf(shape.of.shape), { maxLength: 3 });
  if (shape.kind === 'object') return recordOf(shape.fields);
  if (shape.kind === 'choice') return fc.constantFrom(...shape.options);
  if (shape.kind === 'tags') return fc.uniqueArray(fc.constantFrom(...words), { maxLength: 8 });
  return fc.constantFrom(...(values[shape.kind] ?? []));
};

const words = ['a', 'A', 'á', 'ab', 'b a', '10', '9', '𠮷', '\uffee'];
const values: { readonly [K in Kind]?: readonly unknown[] } = {
  text: words,
  longText: words,
  email: ['ana@a.ec', 'Ana@a.ec', 'b@a.ec'],
  phone: ['+593991234567', '+34612345678'],
  url: ['https://a.ec', 'http://a.ec/b'],
  number: [0, -1.5, 0.1, 0.30000000000000004, 1e21, -1e-7],
  integer: [-10, -9, 0, 9, 10, Number.MAX_SAFE_INTEGER],
  decimal: ['-10', '-9', '0', '0.1', '9', '9.000001', '10', '12345678901234567890.123456'],
  percent: ['0', '9.5', '12.5', '100'],
  boolean: [true, false],
  date: ['2024-02-29', '2024-03-01', '2025-01-01'],
  dateTime: ['2024-02-29T10:00:00.000Z', '2024-02-29T10:00:00.001Z'],
  money: [-5, 0, 5, 1000].flatMap((minor) => ['USD', 'EUR'].map((currency) => ({ minor, currency }))),
  ref: [`acc_${'0'.repeat(26)}`, `acc_${'1'.repeat(26)}`],
  json: [{ a: [1, null] }, [], 'x', 0, false],
};

const recordOf = (of: FieldMap): fc.Arbitrary<Values> =>
  fc.record(Object.fromEntries(Object.entries(of).map(([name, { shape }]) => [name, valueOf(shape)])), {
    requiredKeys: [],
  });

const memberOf = (shape: Shape): Shape =>
  shape.kind === 'list' ? shape.of.shape : shape.kind === 'tags' ? text().shape : shape;

const operandOf = (shape: Shape, operator: keyof typeof operands): fc.Arbitrary<unknown> => {
  const value = valueOf(memberOf(shape));
  if (operator === 'between') return fc.tuple(value, value);
  const kinds = {
    value,
    values: fc.array(value, { minLength: 1, maxLength: 2 }),
    text: value.map((whole) => Array.from(String(whole)).slice(0, 3).join('')),
    flag: fc.boolean(),
  };
  return kinds[operands[operator]];
};

/** Filters of one condition each: an arbitrary for every operator of every field, those of objects included. */
const conditionsOf = (of: FieldMap): readonly fc.Arbitrary<Values>[] =>
  Object.entries(of).flatMap(([name, { shape }]) => {
    const own = operatorsOf(shape).map((operator) =>
      operandOf(shape, operator).map((operand) => ({ [operator]: operand })),
    );
    const inside = shape.kind === 'object' ? conditionsOf(shape.fields) : [];
    return [...own, ...inside].map((conditions) => conditions.map((condition) => ({ [name]: condition })));
  });

const { filter: filters } = fc.letrec<{ filter: Filter; group: Filter }>((tie) => ({
  filter: fc.oneof({ maxDepth: 3 }, fc.oneof(...conditionsOf(fields)), tie('group')),
  group: fc.record(
    {
      and: fc.array(tie('filter'), { maxLength: 3 }),
      or: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
      not: tie('filter'),
      stage: fc.constantFrom<Values>({ ne: 'WON' }, { in: ['NEW', 'LOST'] }),
    },
    { requiredKeys: [] },
  ),
}));

/** The filter, checked, or undefined where chance made one that asks nothing or has its bounds the wrong way round. */
const checked = (filter: Filter): Filter | undefined => {
  try {
    return checkFilter(fields, filter);
  } catch {
    return undefined;
  }
};

describe('the filter language', () => {
  const local = withTenantTable();
  const rows = fc.sample(recordOf(fields), { numRuns: 40, seed: 7 });

  const storeRows = async (): Promise<void> => {
    const items = rows.map((row, index) => ({ pk: local.tenant, sk: `row ${index}`, ...encodeValues(fields, row) }));
    await local.table.batchWrite(items.map((item) => ({ kind: 'put', item })));
  };

  /** Asks both; answers how many rows they found, or undefined where nothing was to ask. */
  const expectAgreement = async (given: Filter): Promise<number | undefined> => {
    const filter = checked(given);
    const expression = filter && toExpression(fields, filter);
    if (!expression) return undefined;
    const page = await local.table.query({ pk: local.tenant, filter: expression });
    const holds = predicateOf(fields, filter);
    const expected = rows.flatMap((row, index) => (holds(row) ? [`row ${index}`] : []));
    expect(page.items.map(({ sk }) => sk).sort()).toEqual(expected.sort());
    return expected.length;
  };

  it('means the same in memory and in DynamoDB, operator by operator', async () => {
    await storeRows();
    const idle: Filter[] = [];
    for (const condition of conditionsOf(fields)) {
      const samples = fc.sample(condition, { numRuns: 5, seed: 1 });
      const found = await Promise.all(samples.map(expectAgreement));
      if (!found.some((count = 0) => count > 0 && count < rows.length)) idle.push(...samples);
    }
    // Agreement over rows that an operator never tells apart would prove nothing.
    expect(idle).toEqual([]);
  }, 120_000);

  it('means the same in memory and in DynamoDB, however conditions combine', async () => {
    await storeRows();
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        await expectAgreement(filter);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
