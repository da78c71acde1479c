import { filterFields, matchesType, type AnyEntity, type DomainEvent, type Filter } from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { predicateOf } from '#kernel/filter-predicate';

type Values = Readonly<Record<string, unknown>>;
type Hearing = { readonly on?: string; readonly where?: Filter };

/** Whether values satisfy a filter as it was saved. One over a field that the tenant has removed since holds for nothing. */
export const holds = (of: AnyEntity, filter: Filter | undefined, values: Values, country: string): boolean => {
  if (filter === undefined) return true;
  const fields = filterFields(of);
  try {
    return predicateOf(fields, checkFilter(fields, filter, { country }))(values);
  } catch {
    return false;
  }
};

/** The event's record as it was before. */
const valuesBefore = ({ data = {}, changed }: DomainEvent): Values => ({
  ...data,
  ...Object.fromEntries(Object.entries(changed).map(([name, { from }]) => [name, from])),
});

/** Whether an event is what a rule waits for; of all events of a kind, the one by which its filter comes to hold. */
export const hears = ({ on, where }: Hearing, event: DomainEvent, of: AnyEntity, country: string): boolean => {
  if (on === undefined || !event.data || !matchesType(on, event.type)) return false;
  if (!holds(of, where, event.data, country)) return false;
  const isAnyEvent = on.endsWith('.*') && where !== undefined && event.record.version > 1;
  return !isAnyEvent || !holds(of, where, valuesBefore(event), country);
};
