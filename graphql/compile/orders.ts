// Orders: only those that some key of the entity has.
import { GraphQLEnumType, type GraphQLInputObjectType } from 'graphql';
import type { AnyEntity, KeySpec } from '#kernel';
import { inputObject, required, type Making } from './making.ts';
import { enumWord } from './words.ts';

/** An order as resolvers get it. */
export type Order = { readonly field: string; readonly direction: 'ASC' | 'DESC' };

/** The order input of an entity; undefined when none of its keys has an order. */
export const orderType = (making: Making, of: AnyEntity): GraphQLInputObjectType | undefined => {
  const fields = new Set(Object.values<KeySpec>(of.keys).flatMap((spec) => ('sort' in spec ? [spec.sort] : [])));
  if (fields.size === 0) return undefined;
  return inputObject(making, [`${of.name}Order`, of, `An order of ${of.name} records.`], () => ({
    field: { type: required(fieldType(making, of, [...fields])), description: 'By what.' },
    direction: { type: required(directionType(making)), defaultValue: 'ASC', description: 'Which way.' },
  }));
};

const fieldType = (making: Making, of: AnyEntity, fields: readonly string[]): GraphQLEnumType => {
  const name = `${of.name}OrderField`;
  const values = Object.fromEntries(fields.map((field) => [enumWord(field), { value: field }]));
  const description = `What ${of.name} records can be ordered by.`;
  return making.once(name, fields, () => new GraphQLEnumType({ name, description, values }));
};

const directionType = (making: Making): GraphQLEnumType => {
  const values = {
    ASC: { description: 'Smallest, earliest, A first.' },
    DESC: { description: 'Largest, latest, Z first.' },
  };
  const name = 'OrderDirection';
  return making.once(name, name, () => new GraphQLEnumType({ name, description: 'Which way an order goes.', values }));
};
