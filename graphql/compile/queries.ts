// Queries: records by id, and lists.
import { GraphQLID, GraphQLList, type GraphQLFieldConfig } from 'graphql';
import { DomainError, forbidden, isId, scopeOf, wordOf, type AnyEntity, type AnyRow } from '#kernel';
import type { Api } from '../request.ts';
import { entityType, nodeType } from './entities.ts';
import { rootList } from './lists.ts';
import { listOf, required, type Making } from './making.ts';

type RootField = GraphQLFieldConfig<unknown, Api>;
type Found = Promise<AnyRow | null> | null;

const mostNodes = 100;

const idArg = { id: { type: required(GraphQLID), description: 'Its id.' } };

/** Relay's `node` and `nodes`. */
export const nodeFields = (making: Making): Record<string, RootField> => ({
  node: {
    type: nodeType(making),
    description: 'Any record by its id; null when there is none or you may not see it.',
    args: idArg,
    resolve: (_root, { id }: { readonly id: string }, api) => nodeOf(making, api, id),
    extensions: { rows: 1 },
  },
  nodes: {
    type: required(new GraphQLList(nodeType(making))),
    description: `Up to ${String(mostNodes)} records by their ids, in the order asked for; null where there is none or you may not see it.`,
    args: {
      ids: { type: required(listOf(GraphQLID)), description: 'Their ids.' },
    },
    resolve: (_root, { ids }: { readonly ids: readonly string[] }, api) => {
      if (ids.length > mostNodes)
        throw new DomainError('BAD_INPUT', `At most ${String(mostNodes)} ids at once.`, ['ids']);
      return ids.map((id) => nodeOf(making, api, id));
    },
    extensions: { rows: 'ids' },
  },
});

const nodeOf = ({ registry }: Making, api: Api, id: string): Found => {
  const of = registry.byPrefix.get(id.slice(0, id.indexOf('_')));
  return of && !of.internal && isId(id) ? api.reading.fresh.load(id) : null;
};

/** A record by id and, where a key serves it, the list. */
export const recordFields = (making: Making, of: AnyEntity): Record<string, RootField> => ({
  [wordOf(of.name)]: {
    type: entityType(making, of),
    description: `The ${of.name} with this id; null when there is none or you may not see it.`,
    args: idArg,
    resolve: (_root, { id }: { readonly id: string }, api) => recordOf(api, of, id),
    extensions: { rows: 1 },
  },
  ...(Object.keys(of.keys).length > 0 && { [of.plural]: guarded(of, rootList(making, of)) }),
});

const recordOf = (api: Api, of: AnyEntity, id: string): Found => {
  if (!api.actor.granted.has(id)) assertMayRead(api, of);
  return isId(id, of.idPrefix) ? api.reading.fresh.load(id) : null;
};

const guarded = (of: AnyEntity, field: RootField): RootField => ({
  ...field,
  resolve: (root, args, api, info) => {
    assertMayRead(api, of);
    return field.resolve?.(root, args, api, info);
  },
});

const assertMayRead = ({ actor }: Api, of: AnyEntity): void => {
  if (scopeOf(actor, of.name, 'read') === 'none') throw forbidden(`You may not read ${of.name} records.`);
};
