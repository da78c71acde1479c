// Expressions and their placeholders, as a request carries them.
import { isDeepStrictEqual } from 'node:util';
import type { Expression, QuerySpec, SortRange } from '#kernel/table';
import { toAttributes, type AttributeMap } from './attribute-values.ts';

/** The placeholder part of a request; `undefined` members are not sent. */
export type Placeholders = {
  readonly ExpressionAttributeNames: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues: AttributeMap | undefined;
};

/** The placeholders of several expressions of one request. @throws TypeError when one name stands for two things */
export function placeholdersOf(...expressions: readonly (Expression | undefined)[]): Placeholders {
  const values = expressions.map((expression) => expression?.values).reduce(merge);
  return {
    ExpressionAttributeNames: expressions.map((expression) => expression?.names).reduce(merge),
    ExpressionAttributeValues: values && toAttributes(values),
  };
}

/** What of the items is answered. Any attribute may be asked for, also one whose name DynamoDB keeps for itself. */
export function projectionOf(attributes: readonly string[]): Expression {
  const names = Object.fromEntries(attributes.map((name, index) => [`#a${String(index)}`, name]));
  return { text: Object.keys(names).join(), names };
}

type Named<Value> = Readonly<Record<string, Value>>;

const merge = <Value>(first: Named<Value> | undefined, second: Named<Value> | undefined): Named<Value> | undefined => {
  const merged = first && second ? { ...first, ...second } : (first ?? second);
  if (first && second) for (const name of Object.keys(first)) assertSame(name, first[name], merged?.[name]);
  return merged && Object.keys(merged).length > 0 ? merged : undefined;
};

const assertSame = (name: string, first: unknown, second: unknown): void => {
  if (!isDeepStrictEqual(first, second))
    throw new TypeError(`The placeholder ${name} stands for two things in one request.`);
};

/** The key condition of a query: names and values are this project's own, so they need no `#` placeholders. */
export function keyConditionOf({ index, pk, sort }: QuerySpec): Expression {
  const prefix = index ?? '';
  const range = sort ? rangeOf(`${prefix}sk`, sort) : undefined;
  return {
    text: `${prefix}pk = :keyPk${range ? ` AND ${range.text}` : ''}`,
    values: { ':keyPk': pk, ...range?.values },
  };
}

const rangeOf = (attribute: string, range: SortRange): Expression | undefined => {
  if ('beginsWith' in range)
    return { text: `begins_with(${attribute}, :keySk)`, values: { ':keySk': range.beginsWith } };
  const { from, to } = range;
  if (from !== undefined && to !== undefined)
    return { text: `${attribute} BETWEEN :keySk AND :keyTo`, values: { ':keySk': from, ':keyTo': to } };
  if (from !== undefined) return { text: `${attribute} >= :keySk`, values: { ':keySk': from } };
  return to === undefined ? undefined : { text: `${attribute} <= :keySk`, values: { ':keySk': to } };
};
