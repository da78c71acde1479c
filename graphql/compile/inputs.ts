// Shapes as they go in. Derived fields and states are never inputs; of a change, every field may be left out.
import {
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLInputFieldConfig,
  type GraphQLInputType,
} from 'graphql';
import type { AnyField, FieldMap, Shape } from '#kernel';
import { ExactDecimal } from '../scalars.ts';
import type { Making } from './making.ts';
import { plainType, type Place } from './plain.ts';
import { describe, describeInput } from './words.ts';

/** Whether required fields must be given (to make something), or none need be (to change it). */
export type InputMode = 'make' | 'change';

type Inputs = Record<string, GraphQLInputFieldConfig & { readonly description: string }>;

/** The input fields of a field map; `owner` names the enums among them. */
export const inputFields = (making: Making, owner: string, fields: FieldMap, mode: InputMode): Inputs =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => field.presence !== 'derived' && field.presence !== 'derivedOptional')
      .map(([name, field]) => [name, inputField(making, { owner, name }, field, mode)]),
  );

const inputField = (making: Making, place: Place, field: AnyField, mode: InputMode) => {
  const type = inputType(making, place, field.shape);
  const isRequired = mode === 'make' && field.presence === 'required';
  return {
    type: isRequired ? new GraphQLNonNull(type) : type,
    description: mode === 'make' ? describeInput(place.name, field) : describe(place.name, field),
  };
};

/** The nullable input type of a shape. @throws for pages, which only come out */
export const inputType = (making: Making, place: Place, shape: Shape): GraphQLInputType => {
  switch (shape.kind) {
    case 'money':
      return moneyInput(making);
    case 'tags':
      return listOf(GraphQLString);
    case 'list':
      return listOf(inputType(making, place, shape.of.shape));
    case 'object':
      return objectInput(making, shape.named, shape.fields);
    case 'parts':
      return listOf(objectInput(making, shape.named, shape.fields));
    case 'page':
      throw new Error(`${place.owner}.${place.name} is a page; pages only come out.`);
    default:
      return plainType(making, place, shape);
  }
};

const listOf = (type: GraphQLInputType) => new GraphQLList(new GraphQLNonNull(type));

const objectInput = (making: Making, named: string, fields: FieldMap): GraphQLInputObjectType =>
  making.once(
    `${named}Input`,
    fields,
    () =>
      new GraphQLInputObjectType({
        name: `${named}Input`,
        description: `A ${named} to store; it replaces the one before.`,
        fields: () => inputFields(making, named, fields, 'make'),
      }),
  );

const moneyInput = (making: Making): GraphQLInputObjectType =>
  making.once(
    'MoneyInput',
    'money',
    () =>
      new GraphQLInputObjectType({
        name: 'MoneyInput',
        description: 'An amount of money in one currency.',
        fields: {
          amount: {
            type: new GraphQLNonNull(ExactDecimal),
            description: 'The amount, with no more decimals than the currency has.',
          },
          currency: { type: new GraphQLNonNull(GraphQLString), description: 'ISO 4217, as `USD`.' },
        },
      }),
  );
