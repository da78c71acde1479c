import { filterFields, type Actor, type AnyEntity, type AnyRow, type Filter } from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { predicateOf } from '#kernel/filter-predicate';

type Values = Readonly<Record<string, unknown>>;

/** Whether values satisfy a filter as it was saved. One over a field that the tenant has removed since holds for nothing. */
export const holds = (of: AnyEntity, filter: Filter | undefined, values: Values, { country }: Actor): boolean => {
  if (filter === undefined) return true;
  const fields = filterFields(of);
  try {
    return predicateOf(fields, checkFilter(fields, filter, { country }))(values);
  } catch {
    return false;
  }
};

/** A value of a record by its path: `custom.contractEnd`. */
export const valueAt = (row: AnyRow, path: string): unknown =>
  path.split('.').reduce<unknown>((inside, step) => (inside as Values | undefined)?.[step], row);
