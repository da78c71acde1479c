// Filters: the kernel's one filter language, written as GraphQL inputs. Which operators a field has, the kernel says.
import {
  GraphQLBoolean,
  GraphQLString,
  type GraphQLInputFieldConfig,
  type GraphQLInputFieldConfigMap,
  type GraphQLInputObjectType,
} from 'graphql';
import { filterFields, operands, operatorsOf } from '#kernel';
import type { AnyEntity, AnyField, FieldMap, Operator, Shape } from '#kernel';
import { AnyJson } from '../scalars.ts';
import { isFree } from './custom.ts';
import { inputType, type InputType } from './inputs.ts';
import { inputObject, listOf, type Making } from './making.ts';
import type { Place } from './plain.ts';
import { describe } from './words.ts';

const means: { readonly [O in Operator]: string } = {
  eq: 'Is this.',
  ne: 'Is not this; holds for null too.',
  in: 'Is one of these.',
  notIn: 'Is none of these; holds for null too.',
  lt: 'Is less, or before.',
  lte: 'Is this or less.',
  gt: 'Is more, or after.',
  gte: 'Is this or more.',
  between: 'Is between these two, both included.',
  startsWith: 'Begins with this text, case and accents included.',
  contains: 'Contains this text, case and accents included.',
  has: 'Has this member.',
  hasAny: 'Has one of these members.',
  hasAll: 'Has all of these members.',
  isNull: 'Has no value, or has one.',
};

const sideBySide = 'Conditions side by side must all hold.';

/** The filter of an entity's records. */
export const filterType = (making: Making, of: AnyEntity): GraphQLInputObjectType => {
  const fields = () => ({ ...combinations(type), ...fieldFilters(making, of.name, fieldsOf(of)) });
  const description = `Which ${of.name} records. ${sideBySide}`;
  const type: GraphQLInputObjectType = inputObject(making, [`${of.name}Filter`, of, description], fields);
  return type;
};

/** The fields that every record has besides its own. */
const common: Readonly<Record<string, string>> = {
  createdAt: 'When it was made.',
  updatedAt: 'When it last changed.',
  ownerId: 'The user whose record it is, also where it is inherited.',
  teamId: 'The team of the record, also where it is inherited.',
};

/** Nobody owns the records of some entities. */
const fieldsOf = (of: AnyEntity): FieldMap => {
  const { ownerId, teamId, ...rest } = filterFields(of);
  const fields = { ...rest, ...(of.owner.kind !== 'none' && ownerId && teamId && { ownerId, teamId }) };
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, { ...field, describes: common[name] ?? field.describes }]),
  );
};

const combinations = (type: GraphQLInputObjectType): GraphQLInputFieldConfigMap => ({
  and: { type: listOf(type), description: 'All of these hold.' },
  or: { type: listOf(type), description: 'One of these holds.' },
  not: { type, description: 'This does not hold.' },
});

const fieldFilters = (making: Making, owner: string, fields: FieldMap): GraphQLInputFieldConfigMap =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, { shape }]) => operatorsOf(shape).length > 0)
      .map(([name, field]) => [name, fieldFilter(making, { owner, name }, field)]),
  );

const fieldFilter = (making: Making, place: Place, field: AnyField): GraphQLInputFieldConfig => {
  const { shape } = field;
  const type = shape.kind === 'object' ? objectFilter(making, shape) : conditionType(making, place, shape);
  return { type, description: describe(place.name, field) };
};

const objectFilter = (making: Making, shape: Extract<Shape, { kind: 'object' }>): InputType =>
  isFree(making, shape) ? AnyJson : valueFilter(making, shape);

const valueFilter = (making: Making, { named, fields }: Extract<Shape, { kind: 'object' }>): GraphQLInputObjectType =>
  inputObject(making, [`${named}Filter`, fields, `Which values of ${named}. ${sideBySide}`], () => ({
    isNull: { type: GraphQLBoolean, description: means.isNull },
    ...fieldFilters(making, named, fields),
  }));

/** The conditions on one kind of value; fields with the same kind and operators share them. */
const conditionType = (making: Making, place: Place, shape: Shape): GraphQLInputObjectType => {
  const operators = operatorsOf(shape);
  const asksValues = operators.some((operator) => operator !== 'isNull');
  const member = asksValues ? memberType(making, place, shape) : undefined;
  const name = `${member ? conditionWord(member, shape) : 'Presence'}Filter`;
  return inputObject(making, [name, [name, ...operators], 'Conditions that must all hold.'], () =>
    Object.fromEntries(
      operators.map((operator) => [operator, { type: operandType(operator, member), description: means[operator] }]),
    ),
  );
};

/** `MoneyInput` -> `Money`; of a list of strings, `StringList`. */
const conditionWord = (member: InputType, { kind }: Shape): string =>
  `${String(member).replace(/Input$/, '')}${kind === 'tags' || kind === 'list' ? 'List' : ''}`;

/** The type of the values compared with: those in the list, for lists. */
const memberType = (making: Making, place: Place, shape: Shape): InputType => {
  if (shape.kind === 'tags') return GraphQLString;
  return inputType(making, place, shape.kind === 'list' ? shape.of.shape : shape);
};

const operandType = (operator: Operator, member: InputType = GraphQLBoolean): InputType => {
  const takes = operands[operator];
  if (takes === 'flag') return GraphQLBoolean;
  if (takes === 'text') return GraphQLString;
  return takes === 'value' ? member : listOf(member);
};
