import { matchesType, type AnyEntity, type DomainEvent, type Filter } from '#kernel';
import { filterHolds } from '#modules/platform/workflows';

type Values = Readonly<Record<string, unknown>>;
type Hearing = { readonly on?: string; readonly where?: Filter };

/** The event's record as it was before. */
const valuesBefore = ({ data = {}, changed }: DomainEvent): Values => ({
  ...data,
  ...Object.fromEntries(Object.entries(changed).map(([name, { from }]) => [name, from])),
});

/** Whether an event is what a rule waits for; of all events of a kind, the one by which its filter comes to hold. */
export const hears = ({ on, where }: Hearing, event: DomainEvent, of: AnyEntity, country: string): boolean => {
  if (on === undefined || !event.data || !matchesType(on, event.type)) return false;
  if (where === undefined) return true;
  const isAnyEvent = on.endsWith('.*') && event.record.version > 1;
  return (
    filterHolds(of, where, event.data, country) && !(isAnyEvent && filterHolds(of, where, valuesBefore(event), country))
  );
};
