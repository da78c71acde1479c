// The timeline: what happened to a record and to those around it, newest first, in one query.
import type { DomainEvent } from './events.ts';
import type { Registry } from './registry.ts';
import type { Item, Table } from './table.ts';

/** An entry of a timeline. */
export type TimelineEntry = Pick<DomainEvent, 'id' | 'type' | 'at' | 'actor' | 'record' | 'changed' | 'from'>;

const prefix = 'time#';

/** The timeline of everything of the entities that modules contribute to this extension point: who took what, who may what. */
export const auditTrail = 'audit';

/** The entries that an event puts on timelines: its own, and those of the records that its entity names. */
export const timelineItems = (registry: Registry, event: DomainEvent): readonly Item[] => {
  const of = event.aside ? undefined : registry.entities.get(event.record.type);
  const subjects = new Set((of?.timeline ?? []).flatMap((name) => subjectsOf(event, name)));
  if (of && registry.contributions(auditTrail).includes(of.name)) subjects.add(auditTrail);
  const { id, type, at, actor, record, changed, from } = event;
  const entry: TimelineEntry = { id, type, at, actor, record, changed: shown(changed), ...(from && { from }) };
  return [...subjects].map((subject) => ({ pk: `${event.tenant}#${subject}`, sk: `${prefix}${at}#${id}`, entry }));
};

/** Of what is longer an entry says only that it differs: it lies on several timelines, and the log has it. */
const mostShown = 500;

const shown = (changed: DomainEvent['changed']): DomainEvent['changed'] =>
  Object.fromEntries(
    Object.entries(changed).map(([name, change]) => [name, JSON.stringify(change).length > mostShown ? {} : change]),
  );

const subjectsOf = (event: DomainEvent, name: string): readonly string[] => {
  if (name === 'id') return [event.record.id];
  return [event.data?.[name], event.changed[name]?.from].flat().filter((id) => typeof id === 'string');
};

/** A page of a record's timeline, newest first; `before` is the sort key that the page before ended with. */
export const readTimeline = async (
  table: Table,
  tenant: string,
  record: string,
  options: { readonly limit: number; readonly before?: string },
): Promise<{ readonly entries: readonly (TimelineEntry & { readonly sort: string })[]; readonly hasMore: boolean }> => {
  const pk = `${tenant}#${record}`;
  const { items, next } = await table.query({
    pk,
    sort: { beginsWith: prefix },
    descending: true,
    limit: options.limit,
    ...(options.before !== undefined && { after: { pk, sk: options.before } }),
  });
  return {
    entries: items.map((item) => ({ ...(item['entry'] as TimelineEntry), sort: item.sk })),
    hasMore: next !== undefined,
  };
};
