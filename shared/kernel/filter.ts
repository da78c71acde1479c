// The one filter language: lists, segments, workflow conditions, reports and alerts speak it. What each operator means:
//
// - Absent is null. An operator on an absent value does not hold, except `isNull: true` and the negations `ne` and `notIn`,
//   which hold exactly where `eq` and `in` do not. `not` turns a whole filter round in the same way.
// - Text is compared exactly, case and accents included, as DynamoDB does; search is the place for loose comparison.
// - Money compares within one currency; money of another currency does not hold (and so is matched by `ne`).
// - A list or set of tags is null when it is absent or empty. Between takes both ends.
// - Conditions side by side must all hold; so must the members of `and`. One member of `or` must.
import type { FieldMap, Kind, Money, Shape, Values } from './fields.ts';

/** A filter as JSON: `{stage: {eq: 'WON'}, address: {city: {in: [...]}}, or: [...], not: {...}}`. */
export type Filter = {
  readonly and?: readonly Filter[];
  readonly or?: readonly Filter[];
  readonly not?: Filter;
  readonly [field: string]: unknown;
};

/** A filter that the compiler checks against the fields. */
export type Where<F extends FieldMap> = {
  readonly [Name in keyof Values<F>]?: Conditions<NonNullable<Values<F>[Name]>>;
} & { readonly and?: readonly Where<F>[]; readonly or?: readonly Where<F>[]; readonly not?: Where<F> };

type Conditions<Value> = { readonly isNull?: boolean } & ([Value] extends [boolean]
  ? Equal<Value>
  : Value extends number
    ? Equal<Value> & Among<Value> & Ordered<Value>
    : Value extends string
      ? Equal<Value> & Among<Value> & Ordered<Value> & Worded
      : Value extends Money
        ? Equal<Value> & Ordered<Value>
        : Value extends readonly (infer Member)[]
          ? Holding<Member>
          : Value extends object
            ? { readonly [Name in keyof Value]?: Conditions<NonNullable<Value[Name]>> }
            : unknown);
type Equal<Value> = { readonly eq?: Value; readonly ne?: Value };
type Among<Value> = { readonly in?: readonly Value[]; readonly notIn?: readonly Value[] };
type Ordered<Value> = {
  readonly [Operator in 'lt' | 'lte' | 'gt' | 'gte']?: Value;
} & { readonly between?: readonly [Value, Value] };
type Worded = { readonly startsWith?: string; readonly contains?: string };
type Holding<Member> = {
  readonly has?: Member;
  readonly hasAny?: readonly Member[];
  readonly hasAll?: readonly Member[];
};

/** What each operator takes: a value of the field (of its members, for lists), several, a text, or yes and no. */
export const operands = {
  eq: 'value',
  ne: 'value',
  in: 'values',
  notIn: 'values',
  lt: 'value',
  lte: 'value',
  gt: 'value',
  gte: 'value',
  between: 'values',
  startsWith: 'text',
  contains: 'text',
  has: 'value',
  hasAny: 'values',
  hasAll: 'values',
  isNull: 'flag',
} as const satisfies Record<string, 'value' | 'values' | 'text' | 'flag'>;

/** The name of an operator. */
export type Operator = keyof typeof operands;

const simple = ['eq', 'ne', 'isNull'] as const;
const among = ['eq', 'ne', 'in', 'notIn', 'isNull'] as const;
const ordered = ['lt', 'lte', 'gt', 'gte', 'between'] as const;
const worded = [...among, 'startsWith', 'contains'] as const;
const holding = ['has', 'hasAny', 'hasAll', 'isNull'] as const;

const byKind: { readonly [K in Kind]: readonly Operator[] } = {
  text: worded,
  longText: worded,
  email: worded,
  phone: worded,
  url: worded,
  number: [...among, ...ordered],
  integer: [...among, ...ordered],
  decimal: [...among, ...ordered],
  percent: [...among, ...ordered],
  date: [...among, ...ordered],
  dateTime: [...among, ...ordered],
  money: [...simple, ...ordered],
  boolean: simple,
  choice: among,
  ref: among,
  tags: holding,
  list: holding,
  object: ['isNull'],
  json: ['isNull'],
  parts: [],
  page: [],
};

/** The operators of a field. Objects also take filters of their fields; lists of objects can only be null or not. */
export const operatorsOf = (shape: Shape): readonly Operator[] =>
  shape.kind === 'list' && !isComparable(shape.of.shape) ? ['isNull'] : byKind[shape.kind];

const isComparable = (shape: Shape): boolean => shape.kind !== 'money' && byKind[shape.kind].includes('eq');

/** The values to which a checked filter pins fields, by name: for the planner to find a key that serves them. */
export const equalities = (filter: Filter): Readonly<Record<string, readonly unknown[]>> => {
  const found: Record<string, readonly unknown[]> = {};
  for (const [name, condition] of conjunctsOf(filter)) {
    const operator = pinOf(condition);
    if (operator) found[name] ??= operator === 'eq' ? [condition.eq] : (condition.in as readonly unknown[]);
  }
  return found;
};

/** The filter without the equalities of these fields: what is left to test once a key has served them. */
export const without = (filter: Filter, names: readonly string[]): Filter => strip(filter, new Set(names));

type Condition = { readonly [Name in Operator]?: unknown };

/** Conditions that must all hold, with their fields: side by side, or in `and`. */
const conjunctsOf = (filter: Filter): readonly [string, Condition][] => [
  ...Object.entries(filter)
    .filter((entry): entry is [string, Condition] => !isWord(entry[0]))
    .flatMap(([name, condition]) =>
      name === 'custom' ? customConditions(condition) : ([[name, condition]] as [string, Condition][]),
    ),
  ...(filter.and ?? []).flatMap(conjunctsOf),
];

/** Conditions on the tenant's own fields, each under `custom.<key>`. */
const customConditions = (custom: object): readonly [string, Condition][] =>
  Object.entries(custom).flatMap(([key, condition]) =>
    key === 'isNull' ? [] : [[`custom.${key}`, condition as Condition]],
  );

const isWord = (name: string): boolean => name === 'and' || name === 'or' || name === 'not';

const pinOf = (condition: Condition): 'eq' | 'in' | undefined =>
  'eq' in condition ? 'eq' : 'in' in condition ? 'in' : undefined;

/** Takes the first equality of each name away, in the order in which `equalities` finds them. */
const strip = (filter: Filter, names: Set<string>): Filter => {
  const { and, ...rest } = filter;
  const left = Object.entries(rest).flatMap(([name, condition]) => {
    const pin = names.has(name) ? pinOf(condition as Condition) : undefined;
    if (!pin) return [[name, condition]];
    names.delete(name);
    const { [pin]: _used, ...others } = condition as Condition;
    return Object.keys(others).length === 0 ? [] : [[name, others]];
  });
  const members = and?.map((member) => strip(member, names)).filter((member) => Object.keys(member).length > 0) ?? [];
  return { ...(Object.fromEntries(left) as Filter), ...(members.length > 0 && { and: members }) };
};
