// Checks a filter against the declared fields and tidies what it compares with, as the fields' own validation does.
import * as z from 'zod/mini';
import { maxScale } from './decimals.ts';
import { DomainError } from './errors.ts';
import {
  type AnyField,
  decimal,
  type FieldMap,
  type Kind,
  longText,
  type Money,
  number,
  type Shape,
  text,
} from './fields.ts';
import { conditionOf, countTests } from './filter-conditions.ts';
import { toExpression } from './filter-expression.ts';
import { comparing } from './filter-predicate.ts';
import { type Filter, operands, type Operator, operatorsOf } from './filter.ts';
import { accept } from './validate-accept.ts';
import { keptSchema, schemaOfField } from './validate-fields.ts';
import { maxJsonDepth } from './validate-json.ts';
import { noSuchField, say, sayOfObject, type Schema } from './validate-messages.ts';
import type { ParseOptions } from './validate.ts';

/** Most values after one `in`, `hasAny` and the like: DynamoDB's limit. */
export const maxFilterValues = 100;
/** Most comparisons; money makes two, and each value of `hasAny` and `hasAll` one. */
export const maxFilterTests = 75;
/** Most bytes as a DynamoDB expression, of 4,096, so that lists may add conditions of their own. */
const maxExpressionBytes = 3_500;

/** The filter, tidied; what is undefined asks nothing. @throws BAD_INPUT with every problem and where it lies */
export const checkFilter = (fields: FieldMap, value: unknown, { path = [], country }: ParseOptions = {}): Filter => {
  if (isDeeper(value, maxJsonDepth))
    throw new DomainError('BAD_INPUT', `Must be at most ${maxJsonDepth} levels deep.`, path);
  const filter = accept(filterSchema(fields, country), value, path) as Filter;
  if (isLarge(fields, filter)) throw new DomainError('BAD_INPUT', tooLarge, path);
  return filter;
};

const tooLarge = `Is too large: a filter makes at most ${maxFilterTests} comparisons, with some 500 values.`;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)));

const isLarge = (fields: FieldMap, filter: Filter): boolean =>
  countTests(conditionOf(fields, filter)) > maxFilterTests ||
  (toExpression(fields, filter)?.text.length ?? 0) > maxExpressionBytes;

type Entries = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, Schema>>;

const filterSchema = (fields: FieldMap, country?: string): Schema =>
  keptSchema(fields, 'filter', country, () => {
    const member = z.lazy(() => filterSchema(fields, country));
    // What asks nothing holds always: harmless in `and`, surely a mistake in `or` and `not`.
    const asking = z
      .lazy(() => filterSchema(fields, country))
      .check(z.refine((filter) => !asksNothing(filter), 'Must hold a condition.'));
    const words = {
      and: z.array(member, listError),
      or: z.array(asking, listError).check(z.minLength(1, 'Must hold a filter.')),
      not: asking,
    };
    return groupSchema({ ...fieldSchemas(fields, country), ...words }, noSuchField);
  });

const listError = { error: say('Must be a list of filters.') };

const fieldSchemas = (fields: FieldMap, country?: string): Schemas =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field, country)]));

const fieldSchema = (field: AnyField, country?: string): Schema => {
  const operators = operatorsOf(field.shape);
  const own = Object.fromEntries(operators.map((operator) => [operator, operandSchema(operator, field, country)]));
  const inside = field.shape.kind === 'object' ? fieldSchemas(field.shape.fields, country) : {};
  return groupSchema(
    { ...inside, ...own },
    `There is no such condition; there are: ${Object.keys({ ...inside, ...own }).join(', ') || 'none'}.`,
  );
};

/** Any of these members, of which at least one asks something, or the whole is left out. */
const groupSchema = (members: Schemas, unknown: string): Schema => {
  const shape = Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, z.optional(schema)]));
  return z
    .strictObject(shape, { error: sayOfObject('Must be conditions, as {"name": {"eq": "..."}}.', unknown) })
    .check(
      z.overwrite((entries) => Object.fromEntries(Object.entries(entries).filter(([, asked]) => !asksNothing(asked)))),
    );
};

const asksNothing = (asked: unknown): boolean =>
  asked === undefined || (typeof asked === 'object' && Object.values(asked as Entries).every(asksNothing));

const operandSchema = (operator: Operator, field: AnyField, country?: string): Schema => {
  const value = comparable(field);
  switch (operands[operator]) {
    case 'flag':
      return z.boolean({ error: say('Must be true or false.') });
    case 'text':
      return schemaOfField(needle);
    case 'value':
      return schemaOfField(value, country);
    case 'values':
      return operator === 'between' ? rangeSchema(value, country) : valuesSchema(value, country);
  }
};

const valuesSchema = (field: AnyField, country?: string): Schema =>
  z.array(schemaOfField(field, country), { error: say('Must be a list of values.') }).check(
    z.overwrite((values) => [...new Set(values)]),
    z.minLength(1, 'Must hold a value.'),
    z.maxLength(maxFilterValues, `Must have at most ${maxFilterValues} values.`),
  );

const rangeSchema = (field: AnyField, country?: string): Schema => {
  const error = 'Must be two values, the lower first.';
  return z
    .array(schemaOfField(field, country), { error: say(error) })
    .check(z.refine((values) => values.length === 2 && isRange(field.shape, values[0], values[1]), error));
};

const isRange = (shape: Shape, from: unknown, to: unknown): boolean => {
  if (shape.kind !== 'money') return comparing(shape)(from, to) <= 0;
  const [low, high] = [from as Money, to as Money];
  return low.currency === high.currency && low.minor <= high.minor;
};

/** A part of a text. */
const needle = text({ max: 200 });

/** Comparison may go beyond what the field itself accepts: `lt: 150` of a percentage is a fair question. */
const lenient: { readonly [K in Kind]?: AnyField } = {
  text: longText(),
  number: number(),
  integer: number(),
  decimal: decimal({ scale: maxScale }),
  percent: decimal({ scale: maxScale }),
  tags: text(),
};

const comparable = (field: AnyField): AnyField =>
  field.shape.kind === 'list' ? comparable(field.shape.of) : (lenient[field.shape.kind] ?? field);
