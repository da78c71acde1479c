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
  if (shape.kind === 'tags') return fc.uniqueArray(fc.constantFrom('a', 'A', 'b'), { maxLength: 3 });
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
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
    text: fc.constantFrom('a', '1', '+5', 'http', '𠮷'),
    flag: fc.boolean(),
  };
  return kinds[operands[operator]];
};

const conditionsOf = (shape: Shape): fc.Arbitrary<Values> => {
  const inside = shape.kind === 'object' ? shape.fields : {};
  return fc
    .record(
      {
        ...Object.fromEntries(Object.entries(inside).map(([name, field]) => [name, conditionsOf(field.shape)])),
        ...Object.fromEntries(operatorsOf(shape).map((operator) => [operator, operandOf(shape, operator)])),
      },
      { requiredKeys: [] },
    )
    .map((conditions) => Object.fromEntries(Object.entries(conditions).slice(0, 2)));
};

const someFields = fc
  .subarray(Object.entries<{ shape: Shape }>(fields), { minLength: 1, maxLength: 2 })
  .chain((chosen) => fc.record(Object.fromEntries(chosen.map(([name, { shape }]) => [name, conditionsOf(shape)]))));

const { filter: filters } = fc.letrec<{ filter: Filter; group: Filter }>((tie) => ({
  filter: fc.oneof({ maxDepth: 3 }, someFields, tie('group')),
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

/** The filter, checked, or undefined where random made none that asks something sensible. */
const checked = (filter: Filter): Filter | undefined => {
  try {
    return checkFilter(fields, filter);
  } catch {
    return undefined;
  }
};

describe('the filter language', () => {
  const local = withTenantTable();

  it('means the same in memory and in DynamoDB', async () => {
    const rows = fc.sample(recordOf(fields), { numRuns: 50, seed: 7 });
    const items = rows.map((row, index) => ({
      pk: local.tenant,
      sk: String(index).padStart(3, '0'),
      ...encodeValues(fields, row),
    }));
    await local.table.batchWrite(items.map((item) => ({ kind: 'put', item })));
    let [compared, found] = [0, 0];
    await fc.assert(
      fc.asyncProperty(filters, async (given) => {
        const filter = checked(given);
        const expression = filter && toExpression(fields, filter);
        if (!expression) return;
        const page = await local.table.query({ pk: local.tenant, filter: expression });
        const holds = predicateOf(fields, filter);
        const expected = items.filter((_, index) => holds(rows[index] ?? {})).map(({ sk }) => sk);
        expect(page.items.map(({ sk }) => sk)).toEqual(expected);
        compared += 1;
        found += Number(expected.length > 0 && expected.length < items.length);
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(200);
    expect(found).toBeGreaterThan(compared / 3);
  }, 120_000);
});
