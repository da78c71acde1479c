// Filters over what events tell: whether one holds for values, and whether an event is the one by which it came to hold.
import {
  filterFields,
  fromDecimal,
  matchesType,
  type AnyEntity,
  type AnyField,
  type DomainEvent,
  type FieldMap,
} from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { predicateOf } from '#kernel/filter-predicate';

type Values = Readonly<Record<string, unknown>>;

/**
 * Whether values satisfy a filter as it was saved: those of a row, or as an event tells them. One over a field that is gone
 * since, or not among these fields, holds for nothing.
 */
export const filterPasses = (fields: FieldMap, filter: unknown, values: Values, country: string): boolean => {
  try {
    return predicateOf(fields, checkFilter(fields, filter, { country }))(asStored(fields, values));
  } catch {
    return false;
  }
};

/** The same over all fields of a kind of record; where it or its values are unknown, a filter does not hold. */
export const filterHolds = (
  of: AnyEntity | undefined,
  filter: unknown,
  values: Values | undefined,
  country: string,
): boolean => of !== undefined && values !== undefined && filterPasses(filterFields(of), filter, values, country);

/** Whether a filter held for the event's record before; before its first version there was nothing. */
export const heldBefore = (of: AnyEntity | undefined, filter: unknown, event: DomainEvent, country: string): boolean =>
  event.record.version > 1 && filterHolds(of, filter, valuesBefore(event), country);

/** What somebody waits for: events of a type, or `deal.*`, and of those the ones whose record a filter picks. */
export type Awaited = { readonly on?: string | undefined; readonly where?: unknown };

/** Whether an event is the one; of all events of a kind, it is the one by which the filter comes to hold. */
export const isNews = (
  { on, where }: Awaited,
  event: DomainEvent,
  of: AnyEntity | undefined,
  country: string,
): boolean => {
  if (on === undefined || event.data === undefined || !matchesType(on, event.type)) return false;
  if (where === undefined) return true;
  return filterHolds(of, where, event.data, country) && !(on.endsWith('.*') && heldBefore(of, where, event, country));
};

/** The event's record as it was before. Changes name the tenant's own fields one by one: `custom.tier`. */
export const valuesBefore = ({ data = {}, changed }: DomainEvent): Values => {
  const before: Record<string, unknown> = { ...data };
  for (const [name, { from }] of Object.entries(changed)) {
    const [field = '', key] = name.split('.', 2);
    before[field] = key === undefined ? from : { ...(before[field] as Values | undefined), [key]: from };
  }
  return before;
};

/** Values as rows hold them, which filters compare: events tell money as an amount in decimals. */
const asStored = (fields: FieldMap, values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, fields[name] ? storedValue(fields[name], value) : value]),
  );

const storedValue = ({ shape }: AnyField, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (shape.kind === 'object') return asStored(shape.fields, value as Values);
  if (shape.kind !== 'money') return value;
  const { amount, currency } = value as { readonly amount?: string; readonly currency: string };
  return amount === undefined ? value : fromDecimal(amount, currency);
};
