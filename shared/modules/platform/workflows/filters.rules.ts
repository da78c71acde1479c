import { filterFields, type AnyEntity } from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { predicateOf } from '#kernel/filter-predicate';

/** Whether values satisfy a filter as it was saved. One over a field that the tenant has removed since holds for nothing. */
export const filterHolds = (
  of: AnyEntity | undefined,
  filter: unknown,
  values: Readonly<Record<string, unknown>> | undefined,
  country: string,
): boolean => {
  if (!of || !values) return false;
  const fields = filterFields(of);
  try {
    return predicateOf(fields, checkFilter(fields, filter, { country }))(values);
  } catch {
    return false;
  }
};
