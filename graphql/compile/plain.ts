// The types that go in and come out alike: scalars and enums.
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  type GraphQLScalarType,
} from 'graphql';
import type { Kind, Labels, Shape } from '#kernel';
import { AnyJson, DateTime, Day, Email, ExactDecimal, Phone, WebAddress } from '../scalars.ts';
import type { Making } from './making.ts';
import { optionWord, typeWord } from './words.ts';

/** Where a field stands: the name of what has it, and its own. */
export type Place = { readonly owner: string; readonly name: string };

const scalars: { readonly [K in Kind]?: GraphQLScalarType } = {
  text: GraphQLString,
  longText: GraphQLString,
  number: GraphQLFloat,
  decimal: ExactDecimal,
  percent: ExactDecimal,
  boolean: GraphQLBoolean,
  date: Day,
  dateTime: DateTime,
  email: Email,
  phone: Phone,
  url: WebAddress,
  json: AnyJson,
  ref: GraphQLID,
};

/** The scalar or enum of a shape; refs are ids here. @throws for values that are made of others */
export const plainType = (making: Making, place: Place, shape: Shape): GraphQLScalarType | GraphQLEnumType => {
  if (shape.kind === 'choice')
    return enumType(
      making,
      shape.named ?? `${place.owner}${typeWord(place.name)}`,
      shape.options,
      undefined,
      shape.labels,
    );
  const scalar = shape.kind === 'integer' ? integerType(shape) : scalars[shape.kind];
  if (!scalar) throw new Error(`${place.owner}.${place.name}: no scalar stands for ${shape.kind}.`);
  return scalar;
};

/** GraphQL's Int has 32 bits. A field that says it may hold more is a Float, which is whole to 2^53. */
const integerType = ({ min = 0, max = 0 }: { readonly min?: number; readonly max?: number }): GraphQLScalarType =>
  Math.max(-min, max) > 2 ** 31 - 1 ? GraphQLFloat : GraphQLInt;

/** An enum of these words; the declaration's own words inside. */
export const enumType = (
  making: Making,
  name: string,
  options: readonly string[],
  description = `The values of ${name}.`,
  labels: Readonly<Record<string, Labels>> = {},
): GraphQLEnumType =>
  making.once(name, options, () => {
    const values = () => Object.fromEntries(options.map((option) => [optionWord(option), valueOf(option, labels)]));
    return new GraphQLEnumType({ name, description, values });
  });

const valueOf = (option: string, labels: Readonly<Record<string, Labels>>) => ({
  value: option,
  ...(labels[option] && { description: `${labels[option].en} / ${labels[option].es}` }),
});
