import {
  anyRecord,
  customFieldMap,
  customName,
  dateTime,
  json,
  list,
  maySeeField,
  object,
  optional,
  record as recordField,
  text,
  type AnyEntity,
  type AnyRow,
  type Change,
  type Context,
  type DomainEvent,
} from '#kernel';
import { openCursor, sealCursor } from '#kernel/cursor';
import { readTimeline, type TimelineEntry } from '#kernel/timeline';
import { User, type UserRow } from '#modules/platform/users';

const change = object('FieldChange', {
  field: text({ describes: 'Which field.' }),
  from: optional(json({ describes: 'Its value before; null when there was none.' })),
  to: optional(json({ describes: 'Its value after; null when there is none.' })),
});

/** What every entry says: what happened, when, by whom, what changed. */
export const eventFields = {
  id: text({ describes: 'The id of the event.' }),
  type: text({ describes: 'What happened: opportunity.won.' }),
  at: dateTime({ describes: 'When.' }),
  by: text({ describes: 'The id of who did it: a user, a key, or `system:` and the part of the product.' }),
  user: optional(recordField(User, 'The person who did it, when it was one that you may see.')),
  operation: optional(text({ describes: 'The operation, job, reaction or timer that did it: updateAccount.' })),
  client: optional(text({ describes: 'What the program that called calls itself.' })),
  ip: optional(text({ describes: 'By which kind of network it called: IPv4 or IPv6.' })),
  changed: list(change, { max: 500, describes: 'The fields that changed.' }),
};

/** A page of entries as they are answered. */
export const timelineEntries = list(
  object('TimelineEntry', { ...eventFields, record: anyRecord('The record that it happened to.') }),
  { max: 100, describes: 'What happened, the newest first. Entries of records that you may not see are left out.' },
);

/** A page of a timeline as it was read, its records not yet. */
export type TimelinePage = {
  readonly entries: readonly TimelineEntry[];
  readonly hasNextPage: boolean;
  readonly endCursor?: string;
};

/** Reads a page of a record's timeline, in one query. Whether the actor may see the record is the caller's to ask. */
export const readEntries = async (
  { ports, actor }: Context,
  record: string,
  { first, after }: { readonly first: number; readonly after?: string },
): Promise<TimelinePage> => {
  const secret = await ports.secrets.get('signing');
  const query = `timeline ${actor.tenant} ${record}`;
  const before = after === undefined ? undefined : openCursor(secret, query, after);
  const page = await readTimeline(ports.table, actor.tenant, record, {
    limit: first + 1,
    ...(before !== undefined && { before }),
  });
  const entries = page.entries.slice(0, first);
  const last = entries.at(-1);
  return {
    entries,
    hasNextPage: page.entries.length > first,
    ...(last && { endCursor: sealCursor(secret, query, last.sort) }),
  };
};

/** The records that entries need to be shown: what they happened to, and who did it. */
export const recordsOf = (entries: readonly TimelineEntry[]): readonly string[] =>
  entries.flatMap(({ record, actor }) => (isUser(actor) ? [record.id, actor] : [record.id]));

/** Entries with their records, without those whose record the actor may not see. */
export const showEntries = (context: Context, entries: readonly TimelineEntry[], rows: ReadonlyMap<string, AnyRow>) =>
  entries.flatMap((entry) => {
    const record = rows.get(entry.record.id);
    return record ? [{ ...showEvent(context, entry, rows), record }] : [];
  });

/** An event as its entry shows it. */
export const showEvent = (
  { registry, actor }: Context,
  event: Pick<DomainEvent, 'id' | 'type' | 'at' | 'actor' | 'record' | 'changed' | 'from'>,
  rows: ReadonlyMap<string, AnyRow>,
) => {
  const of = registry.entities.get(event.record.type);
  const seen = inOrder(of, event.changed).filter(([field]) => maySeeField(actor, event.record.type, field));
  const user = rows.get(event.actor) as UserRow | undefined;
  return {
    id: event.id,
    type: event.type,
    at: event.at,
    by: event.actor,
    ...event.from,
    changed: seen.map(([field, { from, to }]) => ({ field, ...(isTold(of, field) && { from, to }) })),
    ...(user && { user }),
  };
};

/** Changes in the order of the declaration; `ownerId` says again what the owner's own field says. */
const inOrder = (
  of: AnyEntity | undefined,
  changed: DomainEvent['changed'],
): readonly (readonly [string, Change])[] => {
  const names = of
    ? [
        ...Object.keys(of.fields).flatMap((name) => namesOf(of, name)),
        'archivedAt',
        ...(of.owner.kind === 'field' ? [] : ['ownerId', 'teamId']),
      ]
    : [];
  return names.flatMap((name) => (changed[name] ? [[name, changed[name]] as const] : []));
};

/** The tenant's own fields change each by itself: `custom.serial`. */
const namesOf = (of: AnyEntity, name: string): readonly string[] =>
  name === customName ? Object.keys(customFieldMap(of)).map((key) => `${customName}.${key}`) : [name];

/** Values of sensitive fields, and lines of documents, are not told; that they changed is. */
const isTold = (of: AnyEntity | undefined, name: string): boolean => {
  const field = of?.fields[name];
  return field?.sensitive !== true && field?.shape.kind !== 'parts';
};

const isUser = (actor: string): boolean => actor.startsWith(`${User.idPrefix}_`);
