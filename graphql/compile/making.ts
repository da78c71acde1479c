// What the compiler works with: the registry, and the GraphQL types made so far, each once under its name.
import { isDeepStrictEqual } from 'node:util';
import type { GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType } from 'graphql';
import type { Registry } from '#kernel';

/** The compiler's state while a schema is made. Types of records refer to each other, so they are reached through here. */
export type Making = {
  readonly registry: Registry;
  /** The type of this name, made when it is first asked for. @throws when the name was made of something else */
  readonly once: Once;
  /** The type of an entity's records, Node for `*`; undefined when the entity is internal. */
  record(entity: string): GraphQLObjectType | GraphQLInterfaceType | undefined;
  /** The connection of an entity's records. */
  connection(entity: string): GraphQLObjectType;
};

type Once = <T extends GraphQLNamedType>(name: string, madeOf: unknown, make: () => T) => T;

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

type Named<F> = { [name: string]: F };

/** Several maps of fields as one. @throws when two of them have a field of the same name */
export const joined = <F>(where: string, ...maps: readonly Named<F>[]): Named<F> => {
  const all: Named<F> = {};
  for (const [name, field] of maps.flatMap((map) => Object.entries(map))) {
    if (name in all) throw new Error(`${where} gets two fields ${name}; give one of them another name.`);
    all[name] = field;
  }
  return all;
};
