import {
  matchesType,
  mayTouch,
  scopeOf,
  seenValues,
  visibleFields,
  type Actor,
  type AnyEntity,
  type AnyRow,
  type DomainEvent,
  type Registry,
} from '#kernel';
import { filterPasses, valuesBefore } from '#modules/platform/events';

type Values = Readonly<Record<string, unknown>>;

/** What must be true of an event of one kind of record: of the record after it and before it, and of what changed. */
export type RecordFilter = {
  readonly recordType: string;
  readonly where: unknown;
  readonly before?: unknown;
  readonly changed?: readonly string[];
};

/** What an endpoint is told of. */
export type Subscription = {
  readonly eventTypes: readonly string[];
  readonly filters: readonly RecordFilter[];
  readonly payload: 'FULL' | 'THIN';
};

/** Whether an endpoint hears of an event: its type, what its maker may see, and the filter of that kind of record. */
export const isTold = (
  { eventTypes, filters }: Subscription,
  event: DomainEvent,
  { entities }: Pick<Registry, 'entities'>,
  actor: Actor,
): boolean => {
  const of = entities.get(event.record.type);
  if (!of || of.internal || event.silent === true || isOwnBookkeeping(event)) return false;
  if (!eventTypes.some((pattern) => matchesType(pattern, event.type)) || !maySee(actor, of, event)) return false;
  return filters.filter(({ recordType }) => recordType === of.name).every((filter) => passes(of, filter, event, actor));
};

/** That an endpoint is tried again later is no news to anybody: it would be told to the one that does not answer. */
const isOwnBookkeeping = ({ aside, record }: DomainEvent): boolean =>
  aside === true && record.type === 'WebhookEndpoint';

const maySee = (actor: Actor, of: AnyEntity, { record, data }: DomainEvent): boolean =>
  data === undefined
    ? scopeOf(actor, of.name, 'read') === 'all'
    : mayTouch(actor, of, { ...data, id: record.id } as unknown as AnyRow, 'read');

/** Of a field that is gone, or hidden from its maker since: what cannot be judged is not told. */
const passes = (
  of: AnyEntity,
  { where, before, changed = [] }: RecordFilter,
  event: DomainEvent,
  actor: Actor,
): boolean => {
  const seen = (values: Values) => seenValues(actor, of.name, values);
  const holds = (filter: unknown, values: Values) =>
    filterPasses(visibleFields(of, actor), filter, seen(values), actor.country);
  return (
    event.data !== undefined &&
    holds(where, event.data) &&
    (before === undefined || (event.record.version > 1 && holds(before, valuesBefore(event)))) &&
    (changed.length === 0 || changed.some((field) => field in seen(event.changed)))
  );
};

/** What is sent: the event as the maker of the endpoint may read it; thin, it says only which record to ask for. */
export const bodyOf = ({ payload }: Subscription, event: DomainEvent, actor: Actor): string => {
  const { data, changed, from: _caller, ...contract } = event;
  const seen = (values: Values) => seenValues(actor, event.record.type, values);
  const full = { ...(data && { data: seen(data) }), changed: seen(changed) };
  return JSON.stringify({
    type: event.type,
    timestamp: event.at,
    data: { ...contract, ...(payload === 'FULL' && full) },
  });
};
