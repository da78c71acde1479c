// What a checked filter asks, in the few tests that both the predicate and DynamoDB know: its meaning is decided here, once.
import type { FieldMap, Money, Shape } from './fields.ts';
import type { Filter, Operator } from './filter.ts';

/** A test of the value at a path; false where there is none. `contains` is a part of a text or a member of a list. */
export type Test =
  | { readonly is: '=' | '<' | '<=' | '>' | '>='; readonly value: unknown }
  | { readonly is: 'begins_with' | 'contains'; readonly value: unknown }
  | { readonly is: 'between'; readonly from: unknown; readonly to: unknown }
  | { readonly is: 'in'; readonly values: readonly unknown[] }
  | { readonly is: 'exists' };

/** Where a value lies, and the shape of what it is compared with: of a member, for lists. */
export type Place = { readonly path: readonly (string | number)[]; readonly shape: Shape };

/** Tests and how they combine. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly at: Place; readonly test: Test };

/** The condition of a checked filter. */
export const conditionOf = (fields: FieldMap, filter: Filter, path: Place['path'] = []): Condition =>
  all(Object.entries(filter).map(([name, asked]) => entryCondition(fields, name, asked, path)));

/** How many tests a condition makes. */
export const countTests = (condition: Condition): number => {
  if ('test' in condition) return 1;
  if ('not' in condition) return countTests(condition.not);
  const members = 'all' in condition ? condition.all : condition.any;
  return members.reduce((count, member) => count + countTests(member), 0);
};

const only = (members: readonly Condition[]): Condition | undefined => (members.length === 1 ? members[0] : undefined);
const all = (members: readonly Condition[]): Condition => {
  const flat = members.flatMap((member) => ('all' in member ? member.all : [member]));
  return only(flat) ?? { all: flat };
};
const any = (members: readonly Condition[]): Condition => only(members) ?? { any: members };
const not = (condition: Condition): Condition => ('not' in condition ? condition.not : { not: condition });

const entryCondition = (fields: FieldMap, name: string, asked: unknown, path: Place['path']): Condition => {
  const inside = (filter: unknown) => conditionOf(fields, filter as Filter, path);
  if (name === 'and') return all((asked as readonly unknown[]).map(inside));
  if (name === 'or') return any((asked as readonly unknown[]).map(inside));
  if (name === 'not') return not(inside(asked));
  const shape = fields[name]?.shape;
  if (!shape) throw new TypeError(`There is no field ${name}; was the filter checked?`);
  return fieldCondition({ path: [...path, name], shape }, asked as Asked);
};

type Asked = Readonly<Record<string, unknown>>;

const fieldCondition = (at: Place, asked: Asked): Condition => {
  if (at.shape.kind !== 'object')
    return all(
      Object.entries(asked).map(([operator, operand]) => meanings[operator as Operator](at, operand as never)),
    );
  const { isNull, ...fields } = asked;
  const inside = conditionOf(at.shape.fields, fields, at.path);
  return isNull === undefined ? inside : all([nullness(at, isNull === true), inside]);
};

const meanings: { readonly [O in Operator]: (at: Place, operand: never) => Condition } = {
  eq: (at, value) => tested(at, { is: '=', value }),
  ne: (at, value) => not(tested(at, { is: '=', value })),
  in: (at, values) => tested(at, { is: 'in', values }),
  notIn: (at, values) => not(tested(at, { is: 'in', values })),
  lt: (at, value) => tested(at, { is: '<', value }),
  lte: (at, value) => tested(at, { is: '<=', value }),
  gt: (at, value) => tested(at, { is: '>', value }),
  gte: (at, value) => tested(at, { is: '>=', value }),
  between: (at, [from, to]: readonly unknown[]) => tested(at, { is: 'between', from, to }),
  startsWith: (at, value) => tested(at, { is: 'begins_with', value }),
  contains: (at, value) => tested(at, { is: 'contains', value }),
  has: (at, member) => holding(at, member),
  hasAny: (at, members: readonly unknown[]) => any(members.map((member) => holding(at, member))),
  hasAll: (at, members: readonly unknown[]) => all(members.map((member) => holding(at, member))),
  isNull: (at, isNull: boolean) => nullness(at, isNull),
};

/** An empty list is as good as none: to exist, it must have a first member. */
const nullness = ({ path, shape }: Place, isNull: boolean): Condition => {
  const isList = shape.kind === 'list' || shape.kind === 'tags';
  const exists: Condition = { at: { path: isList ? [...path, 0] : path, shape }, test: { is: 'exists' } };
  return isNull ? not(exists) : exists;
};

const holding = ({ path, shape }: Place, member: unknown): Condition => ({
  at: { path, shape: shape.kind === 'list' ? shape.of.shape : shape },
  test: { is: 'contains', value: member },
});

const tested = (at: Place, test: Test): Condition =>
  at.shape.kind === 'money' ? moneyTested(at.path, test) : { at, test };

/** Of money the minor units are compared, and only where the currency is the same. */
const moneyTested = (path: Place['path'], test: Test): Condition => {
  const [money] = 'value' in test ? [test.value] : 'from' in test ? [test.from] : [];
  const { currency } = money as Money;
  return all([
    { at: { path: [...path, 'currency'], shape: { kind: 'text', max: 3 } }, test: { is: '=', value: currency } },
    { at: { path: [...path, 'minor'], shape: { kind: 'integer' } }, test: inMinor(test) },
  ]);
};

const inMinor = (test: Test): Test => {
  if ('value' in test) return { ...test, value: (test.value as Money).minor };
  return 'from' in test ? { ...test, from: (test.from as Money).minor, to: (test.to as Money).minor } : test;
};
