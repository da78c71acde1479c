// Relay connections: a kernel page as edges, nodes and pageInfo.
import { GraphQLBoolean, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString } from 'graphql';
import type { AnyEntity, AnyRow, Page } from '#kernel';
import type { Api } from '../request.ts';
import { entityType } from './entities.ts';
import type { Making } from './making.ts';

type Rows = Page<AnyRow>;
type Edge = { readonly row: AnyRow; readonly page: Rows };

const always = <T extends GraphQLObjectType>(type: T) => new GraphQLNonNull(type);
const listOf = (type: GraphQLObjectType) => new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));

/** The connection of an entity's records. No totalCount: counting costs a read of every row; roll-ups count. */
export const connectionType = (making: Making, of: AnyEntity): GraphQLObjectType =>
  making.once(
    `${of.name}Connection`,
    of,
    () =>
      new GraphQLObjectType<Rows, Api>({
        name: `${of.name}Connection`,
        description: `A page of ${of.name} records.`,
        fields: () => ({
          edges: {
            type: listOf(edgeType(making, of)),
            description: 'The records, each with its cursor.',
            resolve: (page) => page.rows.map((row): Edge => ({ row, page })),
          },
          nodes: { type: listOf(entityType(making, of)), description: 'The records.', resolve: (page) => page.rows },
          pageInfo: {
            type: always(pageInfoType(making)),
            description: 'Where the page ends, and whether there are more.',
            resolve: (page) => page,
          },
        }),
      }),
  );

const edgeType = (making: Making, of: AnyEntity): GraphQLObjectType =>
  making.once(
    `${of.name}Edge`,
    of,
    () =>
      new GraphQLObjectType<Edge, Api>({
        name: `${of.name}Edge`,
        description: `A ${of.name} in a page.`,
        fields: () => ({
          cursor: {
            type: new GraphQLNonNull(GraphQLString),
            description: 'For `after`, to go on from here.',
            resolve: ({ row, page }) => page.cursorOf(row),
          },
          node: { type: always(entityType(making, of)), description: 'The record.', resolve: ({ row }) => row },
        }),
      }),
  );

const pageInfoType = (making: Making): GraphQLObjectType =>
  making.once(
    'PageInfo',
    'PageInfo',
    () =>
      new GraphQLObjectType<Rows, Api>({
        name: 'PageInfo',
        description: 'Where a page ends.',
        fields: {
          hasNextPage: {
            type: new GraphQLNonNull(GraphQLBoolean),
            description: 'Whether there is more after this page.',
          },
          hasPreviousPage: {
            type: new GraphQLNonNull(GraphQLBoolean),
            description: 'Always false: pages go forward only.',
            resolve: () => false,
          },
          startCursor: {
            type: GraphQLString,
            description: 'The cursor of the first record.',
            resolve: (page) => page.rows[0] && page.cursorOf(page.rows[0]),
          },
          endCursor: { type: GraphQLString, description: 'For `after`, to read the next page.' },
          scanLimited: {
            type: new GraphQLNonNull(GraphQLBoolean),
            description: 'The page is short because it had evaluated its 1,000 rows; go on from `endCursor`.',
          },
        },
      }),
  );
