// Filters: the kernel's one filter language, written as GraphQL inputs. Which operators a field has, the kernel says.
import {
  GraphQLBoolean,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLInputFieldConfigMap,
  type GraphQLInputType,
} from 'graphql';
import {
  filterFields,
  operands,
  operatorsOf,
  type AnyEntity,
  type AnyField,
  type FieldMap,
  type Operator,
  type Shape,
} from '#kernel';
import { inputType } from './inputs.ts';
import type { Making } from './making.ts';
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

/** The filter of an entity's records. */
export const filterType = (making: Making, of: AnyEntity): GraphQLInputObjectType => {
  const type: GraphQLInputObjectType = making.once(
    `${of.name}Filter`,
    of,
    () =>
      new GraphQLInputObjectType({
        name: `${of.name}Filter`,
        description: `Which ${of.name} records. Conditions side by side must all hold.`,
        fields: () => ({ ...combinations(type), ...fieldFilters(making, of.name, fieldsOf(of)) }),
      }),
  );
  return type;
};

/** What the kernel filters by besides declared fields. Nobody owns the records of some entities. */
const fieldsOf = (of: AnyEntity): FieldMap => {
  const { createdAt, updatedAt, ownerId, teamId, ...fields } = filterFields(of);
  const said = (field: AnyField | undefined, name: string, describes: string): FieldMap =>
    field ? { [name]: { ...field, describes } } : {};
  return {
    ...fields,
    ...said(createdAt, 'createdAt', 'When it was made.'),
    ...said(updatedAt, 'updatedAt', 'When it last changed.'),
    ...(of.owner.kind !== 'none' &&
      said(ownerId, 'ownerId', 'The user whose record it is, also where it is inherited.')),
    ...(of.owner.kind !== 'none' && said(teamId, 'teamId', 'The team of the record, also where it is inherited.')),
  };
};

const combinations = (type: GraphQLInputObjectType): GraphQLInputFieldConfigMap => {
  const several = new GraphQLList(new GraphQLNonNull(type));
  return {
    and: { type: several, description: 'All of these hold.' },
    or: { type: several, description: 'One of these holds.' },
    not: { type, description: 'This does not hold.' },
  };
};

const fieldFilters = (making: Making, owner: string, fields: FieldMap): GraphQLInputFieldConfigMap =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, field]) => fieldFilter(making, { owner, name }, field)));

const fieldFilter = (
  making: Making,
  place: Place,
  field: AnyField,
): [string, { type: GraphQLInputType; description: string }][] => {
  if (operatorsOf(field.shape).length === 0) return [];
  const type =
    field.shape.kind === 'object' ? objectFilter(making, field.shape) : conditionType(making, place, field.shape);
  return [[place.name, { type, description: describe(place.name, field) }]];
};

const objectFilter = (making: Making, { named, fields }: Extract<Shape, { kind: 'object' }>): GraphQLInputObjectType =>
  making.once(
    `${named}Filter`,
    fields,
    () =>
      new GraphQLInputObjectType({
        name: `${named}Filter`,
        description: `Which values of ${named}. Conditions side by side must all hold.`,
        fields: () => ({
          isNull: { type: GraphQLBoolean, description: means.isNull },
          ...fieldFilters(making, named, fields),
        }),
      }),
  );

/** The conditions on one kind of value; fields with the same kind and operators share them. */
const conditionType = (making: Making, place: Place, shape: Shape): GraphQLInputObjectType => {
  const operators = operatorsOf(shape);
  const member = memberType(making, place, shape, operators);
  const name = `${member ? wordFor(member, shape) : 'Presence'}Filter`;
  return making.once(
    name,
    [name, ...operators],
    () =>
      new GraphQLInputObjectType({
        name,
        description: 'Conditions that must all hold.',
        fields: Object.fromEntries(
          operators.map((operator) => [
            operator,
            { type: operandType(operator, member ?? GraphQLBoolean), description: means[operator] },
          ]),
        ),
      }),
  );
};

/** `MoneyInput` -> `Money`; of a list of strings, `StringList`. */
const wordFor = (member: GraphQLInputType, { kind }: Shape): string =>
  `${String(member).replace(/Input$/, '')}${kind === 'tags' || kind === 'list' ? 'List' : ''}`;

/** The type of the values compared with; undefined where only presence can be asked. */
const memberType = (
  making: Making,
  place: Place,
  shape: Shape,
  operators: readonly Operator[],
): GraphQLInputType | undefined => {
  if (operators.every((operator) => operator === 'isNull')) return undefined;
  if (shape.kind === 'tags') return GraphQLString;
  return inputType(making, place, shape.kind === 'list' ? shape.of.shape : shape);
};

const operandType = (operator: Operator, member: GraphQLInputType): GraphQLInputType => {
  const takes = operands[operator];
  if (takes === 'flag') return GraphQLBoolean;
  if (takes === 'text') return GraphQLString;
  return takes === 'value' ? member : new GraphQLList(new GraphQLNonNull(member));
};
