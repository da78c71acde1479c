// What the compiler works with: the registry, and the GraphQL types made so far, each once under its name.
import { isDeepStrictEqual } from 'node:util';
import {
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLInputFieldConfigMap,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLNullableType,
} from 'graphql';
import type { Registry } from '#kernel';
import type { Api } from '../request.ts';

/** The compiler's state while a schema is made. Types of records refer to each other, so they are reached through here. */
export type Making = {
  readonly registry: Registry;
  readonly once: Once;
  /** Whether the tenant's own fields have types of their own, or are JSON. */
  readonly typed: boolean;
  /** The type of an entity's records, Node for `*`; undefined when the entity is internal. */
  record(entity: string): GraphQLObjectType | GraphQLInterfaceType | undefined;
  /** The connection of an entity's records. */
  connection(entity: string): GraphQLObjectType;
};

/** The type of a name, made when it is first asked for. Throws when the name was made of something else. */
export type Once = <T extends GraphQLNamedType>(name: string, madeOf: unknown, make: () => T) => T;

/** A register of named types. */
export const namedTypes = (): Once => {
  const made = new Map<string, { readonly type: GraphQLNamedType; readonly madeOf: unknown }>();
  return <T extends GraphQLNamedType>(name: string, madeOf: unknown, make: () => T): T => {
    const known = made.get(name);
    if (known && known.madeOf !== madeOf && !isDeepStrictEqual(known.madeOf, madeOf)) {
      throw new Error(`Two different things want to be the GraphQL type ${name}; give one of them another name.`);
    }
    const type = known?.type ?? make();
    made.set(name, { type, madeOf });
    return type as T;
  };
};

/** What a type is called, what it is made of, and what it says of itself. */
type Named = readonly [name: string, madeOf: unknown, description: string];

/** An object type. */
export const objectType = <Source>(
  { once }: Making,
  [name, madeOf, description]: Named,
  fields: () => GraphQLFieldConfigMap<Source, Api>,
  interfaces: () => readonly GraphQLInterfaceType[] = () => [],
): GraphQLObjectType =>
  once(name, madeOf, () => new GraphQLObjectType<Source, Api>({ name, description, fields, interfaces }));

/** An input type. */
export const inputObject = (
  { once }: Making,
  [name, madeOf, description]: Named,
  fields: () => GraphQLInputFieldConfigMap,
): GraphQLInputObjectType => once(name, madeOf, () => new GraphQLInputObjectType({ name, description, fields }));

/** A field that says what it is, and how it is read when its source does not have it under its name. */
export const said = <Source>(
  type: GraphQLFieldConfig<Source, Api>['type'],
  description: string,
  resolve?: (source: Source) => unknown,
): GraphQLFieldConfig<Source, Api> => ({ type, description, ...(resolve && { resolve }) });

/** Never null. */
export const required = <T extends GraphQLNullableType>(type: T): GraphQLNonNull<T> => new GraphQLNonNull(type);

/** A list whose members are never null. */
export const listOf = <T extends GraphQLNullableType>(type: T): GraphQLList<GraphQLNonNull<T>> =>
  new GraphQLList(new GraphQLNonNull(type));

/** Several maps of fields as one. @throws when two of them have a field of the same name */
export const joined = <F>(where: string, ...maps: readonly Record<string, F>[]): Record<string, F> => {
  const all: Record<string, F> = {};
  for (const [name, field] of maps.flatMap((map) => Object.entries(map))) {
    if (name in all) throw new Error(`${where} gets two fields ${name}; give one of them another name.`);
    all[name] = field;
  }
  return all;
};
