// Entities as GraphQL objects. A role may hide any declared field, so only what no role can hide is non-null.
import { GraphQLID, GraphQLInt, GraphQLInterfaceType, type GraphQLFieldConfig, type GraphQLObjectType } from 'graphql';
import { prefixOf, type AnyEntity, type AnyField, type AnyRow } from '#kernel';
import type { Api } from '../request.ts';
import { DateTime } from '../scalars.ts';
import { answering, type Answering } from './answers.ts';
import { hungLists } from './lists.ts';
import { hungQueries } from './query-fields.ts';
import { joined, objectType, required, said, type Making } from './making.ts';
import { describe } from './words.ts';

type RecordField = GraphQLFieldConfig<AnyRow, Api>;

/** The object type of an entity's records. */
export const entityType = (making: Making, of: AnyEntity): GraphQLObjectType =>
  objectType<AnyRow>(
    making,
    [of.name, of, of.describes],
    () =>
      joined<RecordField>(of.name, metaFields, ownFields(making, of), hungLists(making, of), hungQueries(making, of)),
    () => [nodeType(making)],
  );

const id = required(GraphQLID);

/** Anything with an id. */
export const nodeType = (making: Making): GraphQLInterfaceType =>
  making.once('Node', 'Node', () => {
    const fields = { id: said<AnyRow>(id, 'Its id, `<prefix>_<ULID>`; the prefix says what it is.') };
    const resolveType = (row: AnyRow): string | undefined => making.registry.byPrefix.get(prefixOf(row.id))?.name;
    return new GraphQLInterfaceType({ name: 'Node', description: 'Any record.', fields, resolveType });
  });

const metaFields: Record<string, RecordField> = {
  id: said(id, 'Its id, `<prefix>_<ULID>`.'),
  version: said(required(GraphQLInt), 'Counts its versions from 1; a change names the version that it was made on.'),
  createdAt: said(required(DateTime), 'When it was made.'),
  updatedAt: said(required(DateTime), 'When it last changed.'),
  archivedAt: said(DateTime, 'When it was taken out of use; null while it is in use.'),
};

const ownFields = (making: Making, of: AnyEntity): Record<string, RecordField> =>
  Object.fromEntries(
    Object.entries<AnyField>(of.fields).map(([name, field]) => [name, ownField(making, of, name, field)]),
  );

const ownField = (making: Making, of: AnyEntity, name: string, field: AnyField): RecordField => {
  const answer = answering(making, { owner: of.name, name }, field);
  const { type, isList, rows } = answer;
  return {
    type: isList ? required(type) : type,
    description: describe(name, field),
    resolve: field.shape.kind === 'parts' ? lineResolver(of, name) : fieldResolver(of, name, answer),
    ...(rows !== undefined && { extensions: { rows } }),
  };
};

type Resolver = (row: AnyRow, args: unknown, api: Api) => unknown;

const fieldResolver = (of: AnyEntity, name: string, { read, isList }: Answering): Resolver => {
  const key = `${of.name}.${name}`;
  const unseen = isList ? [] : undefined;
  if (!read) return (row, _args, api) => (api.hidden?.has(key) ? unseen : row[name]);
  return (row, _args, api) => (api.hidden?.has(key) ? unseen : read(row[name], api));
};

/** Rows of lists come without their lines. */
const lineResolver = (of: AnyEntity, name: string): Resolver => {
  const key = `${of.name}.${name}`;
  const later = async (row: AnyRow, api: Api) => (await api.reading.lines.load({ of, id: row.id }))[name] ?? [];
  return (row, _args, api) => (api.hidden?.has(key) ? [] : (row[name] ?? later(row, api)));
};
