// From declarations to the API: the whole GraphQL schema, made of the registry.
import { GraphQLObjectType, GraphQLSchema, type GraphQLFieldConfig } from 'graphql';
import type { AnyEntity, AnyOperation, KeySpec, Registry } from '#kernel';
import { located } from '../errors.ts';
import type { Api } from '../request.ts';
import { connectionType } from './connections.ts';
import { entityType, nodeType } from './entities.ts';
import { hookOf } from './lists.ts';
import { joined, namedTypes, type Making } from './making.ts';
import { mutationField } from './mutations.ts';
import { nodeFields, recordFields } from './queries.ts';
import { queryField } from './query-fields.ts';

type Root = Record<string, GraphQLFieldConfig<unknown, Api>>;

/** What a schema is made with. */
export type SchemaOptions = {
  /** Leaves out graphql-js's own check of the schema, for servers: tests and `npm run schema` have made it. */
  readonly assumeValid?: boolean;
  /** Gives the fields that the registry's tenant has defined types of their own. */
  readonly typed?: boolean;
};

/** The schema of a registry. @throws when names clash or a key hangs on an entity that does not exist */
export const buildSchema = (registry: Registry, options: SchemaOptions = {}): GraphQLSchema => {
  const making: Making = {
    registry,
    once: namedTypes(),
    typed: options.typed ?? false,
    record: (name) => recordType(making, name),
    connection: (name) => connectionType(making, registry.entity(name)),
  };
  const entities = [...registry.entities.values()].filter((of) => !of.internal);
  entities.forEach((of) => {
    assertHooks(registry, of);
  });
  const mutations = fieldsOf(registry, 'mutation', (operation) => mutationField(making, operation));
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      description: 'What can be read.',
      fields: () => allLocated(queries(making, entities)),
    }),
    mutation:
      Object.keys(mutations).length === 0
        ? null
        : new GraphQLObjectType({ name: 'Mutation', description: 'What can be done.', fields: allLocated(mutations) }),
    types: entities.map((of) => entityType(making, of)),
    assumeValid: options.assumeValid ?? false,
  });
};

const allLocated = (fields: Root): Root =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, located(field)]));

const queries = (making: Making, entities: readonly AnyEntity[]): Root =>
  joined(
    'Query',
    nodeFields(making),
    ...entities.map((of) => recordFields(making, of)),
    fieldsOf(making.registry, 'query', (operation) => queryField(making, operation)),
  );

const fieldsOf = (
  registry: Registry,
  kind: AnyOperation['kind'],
  make: (operation: AnyOperation) => Root[string],
): Root =>
  Object.fromEntries(
    [...registry.operations.values()]
      .filter((operation) => operation.kind === kind)
      .map((operation) => [operation.name, make(operation)]),
  );

const recordType = (making: Making, name: string) => {
  if (name === '*') return nodeType(making);
  const of = making.registry.entity(name);
  return of.internal ? undefined : entityType(making, of);
};

/** A list that hangs on an unknown entity would silently be nowhere. */
const assertHooks = (registry: Registry, of: AnyEntity): void => {
  for (const [name, spec] of Object.entries<KeySpec>(of.keys)) {
    const [entity, field] = hookOf(spec);
    if (entity === undefined) continue;
    if (!field || registry.entity(entity).internal)
      throw new Error(
        `${of.name}.${name} hangs on ${entity}.${field ?? ''}; say '<Entity>.<field>' of an entity that is in the API.`,
      );
  }
};
