import { describe, expect, it } from '@jest/globals';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
} from 'graphql';
import { buildSchema } from '#graphql/compile/schema';
import { registry } from '#modules';

const schema = buildSchema(registry);
const own = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

/** What of a type has no description: itself, its fields and their arguments. */
const silentParts = (type: GraphQLNamedType): readonly string[] => [
  ...(type.description ? [] : [type.name]),
  ...membersOf(type).flatMap(([name, member]) => (member.description ? [] : [`${type.name}.${name}`])),
];

type Member = { readonly description?: string | null | undefined };

const membersOf = (type: GraphQLNamedType): readonly (readonly [string, Member])[] => {
  if (isEnumType(type)) return [];
  if (isInputObjectType(type)) return Object.entries(type.getFields());
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    [field.name, field] as const,
    ...field.args.map((argument) => [`${field.name}(${argument.name})`, argument] as const),
  ]);
};

describe('the API', () => {
  it('describes every type, field and argument', () => {
    expect(own.flatMap(silentParts)).toEqual([]);
  });
});
