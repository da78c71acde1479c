// A checked filter over values in memory; the same meaning as its DynamoDB expression, which a property test proves.
import { compareDecimals } from './decimals.ts';
import type { FieldMap, Shape } from './fields.ts';
import type { Filter } from './filter.ts';
import { type Condition, conditionOf, type Place, type Test } from './filter-conditions.ts';

/** Answers whether a record's values satisfy the filter. */
export type Predicate = (values: Readonly<Record<string, unknown>>) => boolean;

/** The predicate of a checked filter, for testing many records. */
export const predicateOf = (fields: FieldMap, filter: Filter): Predicate => holdsOf(conditionOf(fields, filter));

/** Whether values satisfy a checked filter. */
export const matches = (fields: FieldMap, filter: Filter, values: Readonly<Record<string, unknown>>): boolean =>
  predicateOf(fields, filter)(values);

const holdsOf = (condition: Condition): Predicate => {
  if ('test' in condition) return testOf(condition.at, condition.test);
  if ('not' in condition) {
    const holds = holdsOf(condition.not);
    return (values) => !holds(values);
  }
  const members = ('all' in condition ? condition.all : condition.any).map(holdsOf);
  return 'all' in condition
    ? (values) => members.every((holds) => holds(values))
    : (values) => members.some((holds) => holds(values));
};

const testOf = ({ path, shape }: Place, test: Test): Predicate => {
  const passes = passing(test, comparing(shape));
  return (values) => {
    const value = valueAt(values, path);
    return value !== undefined && value !== null && passes(value);
  };
};

const valueAt = (values: unknown, path: Place['path']): unknown =>
  path.reduce<unknown>(
    (inside, step) => (inside as Readonly<Record<string | number, unknown>> | null | undefined)?.[step],
    values,
  );

/** Negative when less, 0 when equal, positive when more. */
export type Compare = (a: unknown, b: unknown) => number;

/** How values of a kind compare: numbers and decimals by value, days and moments as they follow, all else for equality. */
export const comparing = ({ kind }: Shape): Compare => {
  if (kind === 'decimal' || kind === 'percent') return (a, b) => compareDecimals(a as string, b as string);
  return (a, b) => (a === b ? 0 : (a as string) < (b as string) ? -1 : 1);
};

const passing = (test: Test, compare: Compare): ((value: unknown) => boolean) => {
  switch (test.is) {
    case 'between':
      return (value) => compare(value, test.from) >= 0 && compare(value, test.to) <= 0;
    case 'in':
      return (value) => test.values.some((each) => compare(value, each) === 0);
    case 'begins_with':
      return (value) => (value as string).startsWith(test.value as string);
    case 'contains':
      return (value) => (value as string | readonly unknown[]).includes(test.value as string);
    case 'exists':
      return () => true;
    default:
      return (value) => orders[test.is](compare(value, test.value));
  }
};

const orders = {
  '=': (order: number): boolean => order === 0,
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
};
