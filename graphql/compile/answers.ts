// Shapes as they come out: their GraphQL type, and how a value is read.
import {
  GraphQLID,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
} from 'graphql';
import { isId, prefixOf, toDecimal, type AnyField, type AnyRow, type FieldMap, type Money, type Shape } from '#kernel';
import type { RowCount } from '../limits.ts';
import type { Api } from '../request.ts';
import { ExactDecimal } from '../scalars.ts';
import type { Making } from './making.ts';
import { plainType, type Place } from './plain.ts';
import { describe } from './words.ts';

/** From the value that a row or an operation holds to the one that GraphQL goes on with. */
type Read = (value: unknown, api: Api) => unknown;

/** How a field comes out. Lists are never null: an absent one is empty. */
export type Answering = {
  readonly type: GraphQLOutputType;
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
      return { type: objectType(making, shape.named, shape.fields) };
    case 'page':
      return { type: making.connection(shape.of) };
    case 'tags':
      return { type: listOf(GraphQLString), isList: true };
    case 'parts':
      return { type: listOf(objectType(making, shape.named, shape.fields)), isList: true };
    case 'list':
      return listAnswer(byShape(making, place, shape.of.shape), shape.of.shape);
    default:
      return { type: plainType(making, place, shape) };
  }
};

const listOf = (type: GraphQLOutputType) => new GraphQLList(new GraphQLNonNull(type));

const listAnswer = ({ type, read }: Answering, of: Shape): Answering => {
  if (!read) return { type: listOf(type), isList: true };
  const each: Read = (values, api) => (values as readonly unknown[]).map((value) => read(value, api));
  if (of.kind !== 'ref') return { type: listOf(type), isList: true, read: each };
  return {
    type: listOf(type),
    isList: true,
    read: (values, api) => whenVisible(each(values, api) as readonly unknown[]),
    rows: 10,
  };
};

/** Records that the actor may not see are left out of lists. */
const whenVisible = async (records: readonly unknown[]): Promise<readonly unknown[]> =>
  (await Promise.all(records)).filter((record) => record !== null && record !== undefined);

const recordAnswer = (making: Making, to: string): Answering => {
  const type = making.record(to);
  if (!type) return { type: GraphQLID };
  const prefix = making.registry.entities.get(to)?.idPrefix;
  const isOurs = (id: string): boolean => isId(id) && (prefix === undefined || prefixOf(id) === prefix);
  return {
    type,
    rows: 1,
    read: (value, api) => (typeof value === 'string' ? (isOurs(value) && api.reading.rows.load(value)) || null : value),
  };
};

const moneyType = (making: Making): GraphQLObjectType =>
  making.once(
    'Money',
    'money',
    () =>
      new GraphQLObjectType<Money, Api>({
        name: 'Money',
        description: 'An amount of money in one currency.',
        fields: {
          amount: {
            type: new GraphQLNonNull(ExactDecimal),
            description: "The amount, with all the currency's decimals.",
            resolve: (money) => toDecimal(money),
          },
          currency: { type: new GraphQLNonNull(GraphQLString), description: 'ISO 4217, as `USD`.' },
        },
      }),
  );

const objectType = (making: Making, named: string, fields: FieldMap): GraphQLObjectType =>
  making.once(
    named,
    fields,
    () =>
      new GraphQLObjectType<AnyRow, Api>({
        name: named,
        description: `The values of ${named}.`,
        fields: () => valueFields(making, named, fields),
      }),
  );

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
    type: isGiven && !mayBeAbsent ? new GraphQLNonNull(type) : type,
    description: describe(place.name, field),
    ...(read && { resolve: (source, _args, api) => read(source[place.name], api) }),
    ...(rows !== undefined && { extensions: { rows } }),
  };
};
