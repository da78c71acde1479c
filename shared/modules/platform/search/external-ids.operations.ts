import {
  anyRecord,
  DomainError,
  externalKey,
  list,
  object,
  query,
  signedIn,
  text,
  type AnyEntity,
  type Context,
} from '#kernel';

/** Records by the ids that other systems know them by. */
export const recordsByExternalId = query('recordsByExternalId', {
  describes:
    'Finds records by their ids in another system: one request for a hundred of them. Those that you may not see are left out.',
  needs: signedIn,
  input: {
    type: text({ max: 60, describes: 'What they are: Account, Contact, Product.' }),
    system: text({ max: 60, describes: 'The other system: erp.' }),
    ids: list(text(), { max: 100, describes: 'Their ids there.' }),
  },
  returns: {
    matches: list(
      object('ExternalMatch', {
        id: text({ describes: 'The id that was asked for.' }),
        record: anyRecord('The record that has it.'),
      }),
      { max: 100, describes: 'What was found, in the order asked for.' },
    ),
  },
  run: async ({ type, system, ids }, context) => {
    const keys = new Map(ids.map((id) => [externalKey({ system, id }), id]));
    const found = await context.data(known(context, type)).findAllUnique('externalIds', [...keys.keys()]);
    return { matches: [...found].map(([key, record]) => ({ id: keys.get(key) ?? '', record })) };
  },
});

const known = ({ registry }: Context, type: string): AnyEntity => {
  const of = registry.entities.get(type);
  if (of?.fields['externalIds'] && !of.internal) return of;
  const names = [...registry.entities.values()].filter(({ fields }) => fields['externalIds']).map(({ name }) => name);
  throw new DomainError('BAD_INPUT', `${type} has no external ids. There are ${names.sort().join(', ')}.`, ['type']);
};
