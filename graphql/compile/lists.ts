// Lists: Relay connections over the planner. One field per entity at the root, and one on each parent that a key names.
import {
  GraphQLBoolean,
  GraphQLInt,
  GraphQLString,
  responsePathAsArray,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLResolveInfo,
} from 'graphql';
import {
  DomainError,
  type AnyEntity,
  type AnyRow,
  type Filter,
  type KeySpec,
  type ListQuery,
  type Page,
} from '#kernel';
import { located } from '../errors.ts';
import { usualPage } from '../limits.ts';
import { explainedList, type Api } from '../request.ts';
import { fieldsOfNodes } from '../selection.ts';
import { filterType } from './filters.ts';
import type { Making } from './making.ts';
import { orderType, type Order } from './orders.ts';

/** What a list field is asked. GraphQL passes null where a client says null. */
type ListArgs = {
  readonly where?: Filter | null;
  readonly orderBy?: Order | null;
  readonly first?: number | null;
  readonly after?: string | null;
  readonly archived?: boolean | null;
  readonly explain?: boolean | null;
};

/** The root list of an entity, for those that have a key to list by. */
export const rootList = (making: Making, of: AnyEntity): GraphQLFieldConfig<unknown, Api, ListArgs> => ({
  type: making.connection(of.name),
  description: `Lists ${of.name} records. Filters and orders are those that a key serves; others are refused with those that exist.`,
  args: { ...pageArgs(making, of), ...(hasArchive(of) && { archived: archivedArg }) },
  resolve: (_root, args, api, info) => readList(api, of, args, info),
  extensions: { rows: 'first' },
});

/** The lists that hang on an entity: of every other one whose key says `on: '<Entity>.<field>'`. */
export const hungLists = (making: Making, parent: AnyEntity): Record<string, GraphQLFieldConfig<AnyRow, Api>> =>
  Object.fromEntries(
    [...making.registry.entities.values()]
      .filter((of) => !of.internal)
      .flatMap((of) =>
        keysHungOn(parent, of).map(([name, spec]) => [name, located(hungList(making, of, parentField(spec)))]),
      ),
  );

const keysHungOn = (parent: AnyEntity, of: AnyEntity): readonly (readonly [string, KeySpec])[] =>
  Object.values<KeySpec>(of.keys).flatMap((spec) => {
    const [entity, field] = hookOf(spec);
    return entity === parent.name && field !== undefined ? [[field, spec] as const] : [];
  });

/** Where a key hangs its list: `Account.quotes` -> Account, quotes. */
export const hookOf = (spec: KeySpec): readonly string[] => ('on' in spec ? spec.on.split('.') : []);

const parentField = (spec: KeySpec): string => ('link' in spec ? spec.link : 'of' in spec ? spec.of : '');

const hungList = (making: Making, of: AnyEntity, field: string): GraphQLFieldConfig<AnyRow, Api, ListArgs> => ({
  type: making.connection(of.name),
  description: `The ${of.name} records whose ${field} this is.`,
  args: pageArgs(making, of),
  resolve: (row, args, api, info) =>
    readList(api, of, { ...args, where: { ...(args.where && { and: [args.where] }), [field]: { eq: row.id } } }, info),
  extensions: { rows: 'first' },
});

const hasArchive = (of: AnyEntity): boolean =>
  Object.values<KeySpec>(of.keys).some((spec) => 'gsi' in spec && spec.gsi === 3);

const pageArgs = (making: Making, of: AnyEntity): GraphQLFieldConfigArgumentMap => {
  const order = orderType(making, of);
  return {
    where: { type: filterType(making, of), description: 'Which records; all when absent.' },
    ...(order && { orderBy: { type: order, description: "The order; the key's own when absent." } }),
    first: { type: GraphQLInt, defaultValue: usualPage, description: 'How many at most, 1 to 100.' },
    after: { type: GraphQLString, description: 'A cursor of the same query: the page begins after it.' },
    explain: {
      type: GraphQLBoolean,
      defaultValue: false,
      description: 'Tells in `extensions.explain` how the list was read and what it cost.',
    },
  };
};

const archivedArg = {
  type: GraphQLBoolean,
  defaultValue: false,
  description: 'Archived records instead of those in use.',
};

const readList = (api: Api, of: AnyEntity, args: ListArgs, info: GraphQLResolveInfo): Promise<Page<AnyRow>> => {
  const fields = fieldsOfNodes(info, of);
  const query = { ...queryOf(api, of, args), ...(fields && { fields }) };
  return args.explain
    ? explainedList(api, of, query, responsePathAsArray(info.path).join('.'))
    : api.reading.list(of, query);
};

const queryOf = (api: Api, of: AnyEntity, { where, orderBy, first, after, archived }: ListArgs): ListQuery => {
  if (orderBy && api.hidden?.has(`${of.name}.${orderBy.field}`))
    throw new DomainError('BAD_INPUT', `There is no field ${orderBy.field}.`, ['orderBy']);
  return {
    ...(where && { where }),
    ...(orderBy && { orderBy: { field: orderBy.field, descending: orderBy.direction === 'DESC' } }),
    ...(typeof first === 'number' && { first }),
    ...(typeof after === 'string' && { after }),
    ...(archived === true && { archived }),
  };
};
