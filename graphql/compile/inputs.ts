// Shapes as they go in. Derived fields and states are never inputs; of a change, every field may be left out.
import { GraphQLString, type GraphQLInputFieldConfig, type GraphQLInputType, type GraphQLNullableType } from 'graphql';
import type { AnyField, FieldMap, Shape } from '#kernel';
import { AnyJson, ExactDecimal } from '../scalars.ts';
import { isFree } from './custom.ts';
import { inputObject, listOf, required, type Making } from './making.ts';
import { plainType, type Place } from './plain.ts';
import { describe, describeInput } from './words.ts';

/** Whether required fields must be given (to make something), or none need be (to change it). */
export type InputMode = 'make' | 'change';

/** An input type that may be null. */
export type InputType = GraphQLInputType & GraphQLNullableType;

type Inputs = Record<string, GraphQLInputFieldConfig & { readonly description: string }>;

/** The input fields of a field map; `owner` names the enums among them. */
export const inputFields = (making: Making, owner: string, fields: FieldMap, mode: InputMode): Inputs =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, { presence, retired }]) => !retired && presence !== 'derived' && presence !== 'derivedOptional')
      .map(([name, field]) => [name, inputField(making, { owner, name }, field, mode)]),
  );

const inputField = (making: Making, place: Place, field: AnyField, mode: InputMode) => {
  const type = inputType(making, place, field.shape);
  if (mode === 'change') return { type, description: describe(place.name, field) };
  return {
    type: field.presence === 'required' ? required(type) : type,
    description: describeInput(place.name, field),
  };
};

/** The input type of a shape. @throws for pages, which only come out */
export const inputType = (making: Making, place: Place, shape: Shape): InputType => {
  switch (shape.kind) {
    case 'money':
      return moneyInput(making);
    case 'tags':
      return listOf(GraphQLString);
    case 'list':
      return listOf(inputType(making, place, shape.of.shape));
    case 'object':
      return isFree(making, shape) ? AnyJson : valueInput(making, shape.named, shape.fields);
    case 'parts':
      return listOf(valueInput(making, shape.named, shape.fields));
    default:
      return plainType(making, place, shape);
  }
};

const valueInput = (making: Making, named: string, fields: FieldMap) =>
  inputObject(making, [`${named}Input`, fields, `The ${named} to store; it replaces the one before.`], () =>
    inputFields(making, named, fields, 'make'),
  );

const moneyInput = (making: Making) =>
  inputObject(making, ['MoneyInput', 'money', 'An amount of money in one currency.'], () => ({
    amount: { type: required(ExactDecimal), description: 'With no more decimals than the currency has.' },
    currency: { type: required(GraphQLString), description: 'ISO 4217, as `USD`.' },
  }));
