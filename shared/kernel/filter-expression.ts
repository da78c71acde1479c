// A checked filter as a DynamoDB FilterExpression.
import { encodeValue } from './codec.ts';
import type { FieldMap } from './fields.ts';
import type { Filter } from './filter.ts';
import { type Condition, conditionOf, type Place, type Test } from './filter-conditions.ts';
import type { Expression } from './table.ts';

/**
 * The expression of a checked filter; undefined when it asks nothing. Placeholders are `#<prefix>0`, `:<prefix>0`, ...:
 * expressions that are put together need prefixes of their own.
 */
export const toExpression = (fields: FieldMap, filter: Filter, prefix = 'f'): Expression | undefined =>
  expressionOf(conditionOf(fields, filter), prefix);

/** The expression of a condition; undefined when it asks nothing. */
export const expressionOf = (condition: Condition, prefix = 'f'): Expression | undefined => {
  const placeholders = placeholdersOf(prefix);
  const text = write(condition, placeholders);
  if (text === '') return undefined;
  return {
    text,
    names: placeholders.names,
    ...(Object.keys(placeholders.values).length > 0 && { values: placeholders.values }),
  };
};

type Placeholders = {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly path: (at: Place) => string;
  readonly value: (at: Place, value: unknown) => string;
};

const placeholdersOf = (prefix: string): Placeholders => {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const byName = new Map<string, string>();
  const name = (attribute: string): string => {
    const placeholder = byName.get(attribute) ?? `#${prefix}${String(byName.size)}`;
    byName.set(attribute, placeholder);
    names[placeholder] = attribute;
    return placeholder;
  };
  const step = (each: string | number): string => (typeof each === 'number' ? `[${String(each)}]` : `.${name(each)}`);
  const path = (at: Place): string => at.path.map(step).join('').slice(1);
  const value = (at: Place, given: unknown): string => {
    const placeholder = `:${prefix}${String(Object.keys(values).length)}`;
    values[placeholder] = encodeValue(at.shape, given);
    return placeholder;
  };
  return { names, values, path, value };
};

/** Parentheses go only where members are joined inside something else: DynamoDB refuses redundant ones. */
const write = (condition: Condition, placeholders: Placeholders): string => {
  if ('test' in condition) return writeTest(condition.at, condition.test, placeholders);
  if ('not' in condition) return `NOT ${writeInside(condition.not, placeholders)}`;
  return 'all' in condition
    ? condition.all.map((member) => writeInside(member, placeholders)).join(' AND ')
    : condition.any.map((member) => writeInside(member, placeholders)).join(' OR ');
};

const writeInside = (condition: Condition, placeholders: Placeholders): string => {
  const text = write(condition, placeholders);
  return 'all' in condition || 'any' in condition ? `(${text})` : text;
};

const writeTest = (at: Place, test: Test, placeholders: Placeholders): string => {
  const path = placeholders.path(at);
  const value = (given: unknown) => placeholders.value(at, given);
  switch (test.is) {
    case 'between':
      return `${path} BETWEEN ${value(test.from)} AND ${value(test.to)}`;
    case 'in':
      return `${path} IN (${test.values.map(value).join(', ')})`;
    case 'exists':
      return `attribute_exists(${path})`;
    case 'begins_with':
    case 'contains':
      return `${test.is}(${path}, ${value(test.value)})`;
    default:
      return `${path} ${test.is} ${value(test.value)}`;
  }
};
