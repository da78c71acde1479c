// Relay connections: a kernel page as edges, nodes and pageInfo.
import { GraphQLBoolean, GraphQLString, type GraphQLObjectType } from 'graphql';
import type { AnyEntity, AnyRow, Page } from '#kernel';
import { entityType } from './entities.ts';
import { listOf, objectType, required, said, type Making } from './making.ts';

type Rows = Page<AnyRow>;
type Edge = { readonly row: AnyRow; readonly page: Rows };

/** The connection of an entity's records. No totalCount: counting costs a read of every row; roll-ups count. */
export const connectionType = (making: Making, of: AnyEntity): GraphQLObjectType =>
  objectType<Rows>(making, [`${of.name}Connection`, of, `A page of ${of.name} records.`], () => {
    const edges = required(listOf(edgeType(making, of)));
    const nodes = required(listOf(entityType(making, of)));
    return {
      edges: said(edges, 'The records, each with its cursor.', (page) => page.rows.map((row): Edge => ({ row, page }))),
      nodes: said(nodes, 'The records.', ({ rows }) => rows),
      pageInfo: said(required(pageInfo(making)), 'Where the page ends, and whether there are more.', (page) => page),
    };
  });

const edgeType = (making: Making, of: AnyEntity): GraphQLObjectType =>
  objectType<Edge>(making, [`${of.name}Edge`, of, `One ${of.name} of a page.`], () => ({
    cursor: said(required(GraphQLString), 'For `after`, to go on from here.', ({ row, page }) => page.cursorOf(row)),
    node: said(required(entityType(making, of)), 'The record.', ({ row }) => row),
  }));

const pageInfo = (making: Making): GraphQLObjectType =>
  objectType<Rows>(making, ['PageInfo', 'PageInfo', 'Where a page ends.'], () => {
    const flag = required(GraphQLBoolean);
    return {
      hasNextPage: said(flag, 'Whether there is more after this page.'),
      hasPreviousPage: said(flag, 'Always false: pages go forward only.', () => false),
      startCursor: said(GraphQLString, 'The cursor of the first record.', firstCursor),
      endCursor: said(GraphQLString, 'For `after`, to read the next page.'),
      scanLimited: said(flag, 'The page is short because it had evaluated its 1,000 rows; go on from `endCursor`.'),
    };
  });

const firstCursor = ({ rows: [first], cursorOf }: Rows): string | undefined => first && cursorOf(first);
