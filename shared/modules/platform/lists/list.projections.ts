import { rollup, type AnyEntity, type AnyRow, type Rollup } from '#kernel';
import type { ListedFields } from './settle.operations.ts';

/** Whose records hold keys of lists, in which fields, and how they are counted. Contributed to `listUses`. */
export type ListUse = { readonly of: AnyEntity; readonly fields: ListedFields; readonly counts: Rollup };
/** The extension point for them. */
export const listUses = 'lists.uses';

/** A use of lists, with the roll-up that its module registers: how many records hold which value. */
export const listUse = (of: AnyEntity, fields: ListedFields): ListUse => ({
  of,
  fields,
  counts: rollup(`listValuesOf${of.name}`, {
    describes: `How many records of ${of.name} hold which value of the tenant's lists.`,
    of,
    shards: 1,
    contributions: (row) => contributionsOf(row, fields),
  }),
});

const contributionsOf = (row: AnyRow, fields: ListedFields) => {
  if (row.archivedAt !== undefined) return [];
  return Object.entries(fields).flatMap(([field, partition]) => {
    const value = row[field];
    return typeof value === 'string' ? [{ partition, cell: value, amounts: { count: 1 } }] : [];
  });
};
