import { filterFields, fromDecimal, type AnyEntity } from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { predicateOf } from '#kernel/filter-predicate';

type Values = Readonly<Record<string, unknown>>;

/**
 * Whether values satisfy a filter as it was saved: those of a row, or as an event tells them. One over a field that the tenant
 * has removed since holds for nothing.
 */
export const filterHolds = (
  of: AnyEntity | undefined,
  filter: unknown,
  values: Values | undefined,
  country: string,
): boolean => {
  if (!of || !values) return false;
  const fields = filterFields(of);
  try {
    return predicateOf(fields, checkFilter(fields, filter, { country }))(counted(values) as Values);
  } catch {
    return false;
  }
};

/** Money as rows have it: events tell it as a decimal amount. */
const counted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(counted);
  if (typeof value !== 'object' || value === null) return value;
  const { amount, currency, ...rest } = value as Values;
  if (typeof amount === 'string' && typeof currency === 'string' && Object.keys(rest).length === 0)
    return fromDecimal(amount, currency);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, counted(each)]));
};
