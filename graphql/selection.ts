// What a query asks of the records of a list, so that the table is asked for no more than that.
import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';
import type { AnyEntity } from '#kernel';

/**
 * The fields of the nodes of a list that are asked for; undefined when they are more than half of all, of which nothing would be
 * saved. Relations and lists that hang on a record read its id alone. What `@skip` leaves out is counted in.
 */
export const fieldsOfNodes = (info: GraphQLResolveInfo, { fields }: AnyEntity): readonly string[] | undefined => {
  const connection = below(info, info.fieldNodes);
  const edges = below(info, named(connection, 'edges'));
  const nodes = [...below(info, named(connection, 'nodes')), ...below(info, named(edges, 'node'))];
  const names = new Set(nodes.map(({ name }) => name.value).filter((name) => name in fields || metaFields.has(name)));
  return names.size * 2 > Object.keys(fields).length ? undefined : [...names];
};

const metaFields = new Set(['version', 'createdAt', 'updatedAt', 'archivedAt']);

const named = (nodes: readonly FieldNode[], name: string): readonly FieldNode[] =>
  nodes.filter((node) => node.name.value === name);

const below = (info: GraphQLResolveInfo, nodes: readonly FieldNode[]): readonly FieldNode[] =>
  nodes.flatMap(({ selectionSet }) => fieldsIn(info, selectionSet));

const fieldsIn = (info: GraphQLResolveInfo, set: SelectionSetNode | undefined): readonly FieldNode[] =>
  (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
    return fieldsIn(info, fragment?.selectionSet);
  });
