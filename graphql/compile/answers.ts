// Shapes as they come out: their GraphQL type, and how a value is read.
import {
  GraphQLID,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import {
  isId,
  prefixOf,
  toDecimal,
  type AnyField,
  type AnyOperation,
  type AnyRow,
  type FieldMap,
  type Money,
  type Shape,
} from '#kernel';
import { usualMembers, usualPage, type RowCount } from '../limits.ts';
import type { Api } from '../request.ts';
import { AnyJson, ExactDecimal } from '../scalars.ts';
import { valueResolver } from '../value-resolver.ts';
import { freeReader, isFree, typedReader } from './custom.ts';
import { listOf, objectType, required, said, type Making } from './making.ts';
import { plainType, type Place } from './plain.ts';
import { describe } from './words.ts';

/** From the value that a row or an operation holds to the one that GraphQL goes on with. */
type Read = (value: unknown, api: Api) => unknown;

/** How a field comes out. Lists are never null: an absent one is empty. */
export type Answering = {
  readonly type: GraphQLOutputType & GraphQLNullableType;
  readonly isList?: true;
  readonly read?: Read;
  readonly rows?: RowCount;
};

/** The type of a field, without regard to whether it must have a value, and how its value is read. */
export const answering = (making: Making, place: Place, field: AnyField): Answering => {
  const found = byShape(making, place, field.shape);
  const { read, isList } = found;
  const fallback = field.default ?? (isList ? [] : undefined);
  if (fallback === undefined) return found;
  return { ...found, read: read ? (value, api) => read(value ?? fallback, api) : (value) => value ?? fallback };
};

const byShape = (making: Making, place: Place, shape: Shape): Answering => {
  switch (shape.kind) {
    case 'money':
      return { type: moneyType(making) };
    case 'ref':
      return recordAnswer(making, shape.to);
    case 'object':
      return objectAnswer(making, place, shape);
    case 'page':
      return { type: making.connection(shape.of), rows: usualPage };
    case 'tags':
      return { type: listOf(GraphQLString), isList: true };
    case 'parts':
      return { type: listOf(valueType(making, shape.named, shape.fields)), isList: true, rows: 'values' };
    case 'list':
      return listAnswer(byShape(making, place, shape.of.shape), shape.of.shape);
    default:
      return { type: plainType(making, place, shape) };
  }
};

const objectAnswer = (making: Making, place: Place, shape: Extract<Shape, { kind: 'object' }>): Answering => {
  if (isFree(making, shape)) return { type: AnyJson, read: freeReader(making, place.owner) };
  const type = valueType(making, shape.named, shape.fields);
  return shape.custom ? { type, read: typedReader(place.owner) } : { type };
};

const listAnswer = ({ type, read }: Answering, of: Shape): Answering => {
  const list = { type: listOf(type), isList: true, rows: 'values' } as const;
  if (!read) return list;
  const each = (values: unknown, api: Api) => (values as readonly unknown[]).map((value) => read(value, api));
  if (of.kind !== 'ref') return { ...list, read: each };
  return { ...list, read: (values, api) => whenVisible(each(values, api)), rows: usualMembers };
};

/** Records that the actor may not see are left out of lists. */
const whenVisible = async (records: readonly unknown[]): Promise<readonly unknown[]> =>
  (await Promise.all(records)).filter((record) => record !== null && record !== undefined);

/** Rows hold ids; operations answer records as they have them. */
const recordAnswer = (making: Making, to: string): Answering => {
  const type = making.record(to);
  if (!type) return { type: GraphQLID, read: (value) => (typeof value === 'string' ? value : idOf(value)) };
  const prefix = making.registry.entities.get(to)?.idPrefix;
  const isOurs = (id: string): boolean => isId(id) && (prefix === undefined || prefixOf(id) === prefix);
  const load = (id: string, api: Api) => (isOurs(id) ? api.reading.rows.load(id) : null);
  return { type, rows: 1, read: (value, api) => (typeof value === 'string' ? load(value, api) : value) };
};

const idOf = (value: unknown): unknown => (value as AnyRow | null | undefined)?.id;

/** The record type that an operation answers with. @throws when the entity is internal */
export const answeredRecord = (making: Making, operation: AnyOperation, entity: string): GraphQLOutputType => {
  const type = making.record(entity);
  if (!type) throw new Error(`${operation.name} answers ${entity}, which is internal.`);
  return type;
};

const moneyType = (making: Making): GraphQLObjectType =>
  objectType<Money>(making, ['Money', 'money', 'An amount of money in one currency.'], () => ({
    amount: said(required(ExactDecimal), "With all the currency's decimals.", toDecimal),
    currency: said(required(GraphQLString), 'ISO 4217, as `USD`.'),
  }));

const valueType = (making: Making, named: string, fields: FieldMap): GraphQLObjectType =>
  objectType(making, [named, fields, `The values of ${named}.`], () => valueFields(making, named, fields));

/** The fields of a value that is not a record of its own: they have values where the declaration says so. */
export const valueFields = (making: Making, owner: string, fields: FieldMap, mayBeAbsent = false) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, valueField(making, { owner, name }, field, mayBeAbsent)]),
  );

const valueField = (
  making: Making,
  place: Place,
  field: AnyField,
  mayBeAbsent: boolean,
): GraphQLFieldConfig<Readonly<Record<string, unknown>>, Api> => {
  const { type, isList, read, rows } = answering(making, place, field);
  const isGiven =
    isList ?? (field.shape.kind !== 'ref' && field.presence !== 'optional' && field.presence !== 'derivedOptional');
  return {
    type: isGiven && !mayBeAbsent ? required(type) : type,
    description: describe(place.name, field),
    ...(field.retired && { deprecationReason: 'Out of use; it is only read.' }),
    ...valueResolver(place.name, field, read),
    ...(rows !== undefined && { extensions: { rows } }),
  };
};
