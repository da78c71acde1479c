// Orders: only those that some key of the entity has.
import { GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull } from 'graphql';
import type { AnyEntity, KeySpec } from '#kernel';
import type { Making } from './making.ts';
import { enumWord } from './words.ts';

/** An order as resolvers get it. */
export type Order = { readonly field: string; readonly direction: 'ASC' | 'DESC' };

/** The order input of an entity; undefined when none of its keys has an order. */
export const orderType = (making: Making, of: AnyEntity): GraphQLInputObjectType | undefined => {
  const fields = new Set(Object.values<KeySpec>(of.keys).flatMap((spec) => ('sort' in spec ? [spec.sort] : [])));
  if (fields.size === 0) return undefined;
  return making.once(
    `${of.name}Order`,
    of,
    () =>
      new GraphQLInputObjectType({
        name: `${of.name}Order`,
        description: `An order of ${of.name} records.`,
        fields: {
          field: { type: new GraphQLNonNull(fieldType(making, of, [...fields])), description: 'By what.' },
          direction: {
            type: new GraphQLNonNull(directionType(making)),
            defaultValue: 'ASC',
            description: 'Which way.',
          },
        },
      }),
  );
};

const fieldType = (making: Making, of: AnyEntity, fields: readonly string[]): GraphQLEnumType =>
  making.once(
    `${of.name}OrderField`,
    fields,
    () =>
      new GraphQLEnumType({
        name: `${of.name}OrderField`,
        description: `What ${of.name} records can be ordered by.`,
        values: Object.fromEntries(fields.map((field) => [enumWord(field), { value: field }])),
      }),
  );

const directionType = (making: Making): GraphQLEnumType =>
  making.once(
    'OrderDirection',
    'OrderDirection',
    () =>
      new GraphQLEnumType({
        name: 'OrderDirection',
        description: 'Which way an order goes.',
        values: {
          ASC: { description: 'Smallest, earliest, A first.' },
          DESC: { description: 'Largest, latest, Z first.' },
        },
      }),
  );
