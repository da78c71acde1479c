import { wordOf, type AnyEntity, type AnyField, type AnyRow, type Change, type DomainEvent } from '#kernel';
import { lostVerb } from '#kernel/events';
import { parseValue } from '#kernel/validate';

/** A record as it was, and what of it cannot be told any more. */
export type Past = {
  readonly row: AnyRow;
  readonly event: DomainEvent;
  /** Sensitive fields: events never hold their values. */
  readonly untold: readonly string[];
};

/** The record that a version tells of; undefined where the log lost its values. */
export const pastOf = (of: AnyEntity, event: DomainEvent): Past | undefined => {
  const { data, record, actor } = event;
  if (!data) return undefined;
  const fields = Object.entries<AnyField>(of.fields);
  const values = fields.flatMap(([name, field]) =>
    data[name] === undefined || data[name] === null ? [] : [[name, stored(field, data[name])] as const],
  );
  const meta = ['createdAt', 'updatedAt', 'ownerId', 'teamId', 'archivedAt'].flatMap((name) =>
    data[name] === undefined ? [] : [[name, data[name]] as const],
  );
  const row = { ...Object.fromEntries([...values, ...meta]), id: record.id, version: record.version } as AnyRow;
  const untold = fields.flatMap(([name, { sensitive, shape }]) =>
    sensitive === true || shape.kind === 'parts' ? [name] : [],
  );
  return {
    row: { ...row, createdBy: actor, updatedBy: actor, updatedAt: row.updatedAt },
    event,
    untold,
  };
};

/** A value as rows hold it. What an older version of the product wrote otherwise is shown as it was written. */
const stored = (field: AnyField, value: unknown): unknown => {
  try {
    return parseValue(field, value);
  } catch {
    return value;
  }
};

/** Whether an event stands for versions that the log has lost. */
export const isLost = (of: AnyEntity, { type }: DomainEvent): boolean => type === `${wordOf(of.name)}.${lostVerb}`;

/** What several versions changed together, oldest first: from the first value to the last; what came back is no change. */
export const changesOver = (events: readonly DomainEvent[]): Readonly<Record<string, Change>> => {
  const changes: Record<string, Change> = {};
  for (const { changed } of events)
    for (const [name, change] of Object.entries(changed)) {
      const { from } = changes[name] ?? change;
      changes[name] = { ...(from !== undefined && { from }), ...(change.to !== undefined && { to: change.to }) };
    }
  return Object.fromEntries(
    Object.entries(changes).filter(
      ([, { from, to }]) => from === undefined || JSON.stringify(from) !== JSON.stringify(to),
    ),
  );
};
