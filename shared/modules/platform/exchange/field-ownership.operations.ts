import { DomainError, list, mutation, object, query, text, type Context } from '#kernel';
import { FieldOwnership, type FieldOwnershipRow } from './field-ownership.entity.ts';

/** Systems that a tenant exchanges records of one kind with, at most. */
const mostSystems = 20;

const keyOf = (type: string, system: string): string => `${type} ${system}`;

/** The fields of a kind of record that a system owns here; nothing when the tenant has not said. */
export const ownedFields = async (
  { trusted }: Context,
  type: string,
  system: string,
): Promise<readonly string[] | undefined> =>
  (await trusted(FieldOwnership).findUnique('key', keyOf(type, system)))?.fields;

export const setFieldOwner = mutation('setFieldOwner', {
  describes:
    'Says which fields of a kind of record another system owns, in place of what was said before. What it pushes of other fields is ignored.',
  needs: 'fieldOwnership.update',
  input: {
    type: text({ max: 60, describes: 'The kind of record: Account.' }),
    system: text({ max: 60, describes: 'The other system: erp.' }),
    fields: list(text({ max: 80 }), { max: 200, describes: 'Its fields; an empty list gives all back to the CRM.' }),
  },
  returns: FieldOwnership,
  fails: ['FIELD_UNKNOWN', 'FIELD_OWNED'],
  run: async ({ type, system, fields }, context) => {
    assertFields(context, type, fields);
    const all = await ownershipsOf(context, type);
    const taken = all.find((other) => other.system !== system && other.fields.some((name) => fields.includes(name)));
    if (taken)
      throw new DomainError('FIELD_OWNED', `${taken.system} owns some of them; take them from it first.`, ['fields']);
    const known = all.find((each) => each.system === system);
    const ownerships = context.trusted(FieldOwnership);
    return known
      ? ownerships.update(known, { fields })
      : ownerships.create({ type, system, key: keyOf(type, system), fields });
  },
});

const assertFields = ({ registry }: Context, type: string, fields: readonly string[]): void => {
  const of = registry.entities.get(type);
  if (!of || of.internal) throw new DomainError('BAD_INPUT', `There is no ${type}.`, ['type']);
  const unknown = fields.find(
    (name) => of.fields[name] === undefined || of.fields[name].presence.startsWith('derived'),
  );
  if (unknown !== undefined)
    throw new DomainError('FIELD_UNKNOWN', `${type} has no field ${unknown} that is given.`, ['fields']);
};

const ownershipsOf = async ({ trusted }: Context, type: string): Promise<readonly FieldOwnershipRow[]> => {
  const ids = (await trusted(FieldOwnership).page('byType', { of: type, first: mostSystems })).rows.map(({ id }) => id);
  // Read again by id: lists lag.
  return [...(await trusted(FieldOwnership).getMany(ids)).values()];
};

export const fieldOwners = query('fieldOwners', {
  describes: 'Which fields of a kind of record other systems own. All others are the CRM’s.',
  needs: 'fieldOwnership.read',
  input: { type: text({ max: 60, describes: 'The kind of record: Account.' }) },
  returns: {
    owners: list(
      object('FieldOwner', {
        field: text({ describes: 'The field.' }),
        system: text({ describes: 'Its owner.' }),
      }),
      { max: 1000, describes: 'Fields in the order of their names.' },
    ),
  },
  run: async ({ type }, context) => ({
    owners: (await ownershipsOf(context, type))
      .flatMap(({ system, fields }) => fields.map((field) => ({ field, system })))
      .sort((left, right) => (left.field < right.field ? -1 : 1)),
  }),
});
