// The event of a change: what the outside is told about one version of a record.
import type { AnyEntity, AnyRow } from './entity.ts';
import { feedShards, shardOf, type Change, type DomainEvent, type EventMark } from './events.ts';
import type { AnyField, FieldMap } from './fields.ts';
import { presentValue, presentValues } from './present.ts';
import { fromItem, identityOf } from './rows.ts';
import { ordered } from './row-changes.ts';
import type { Item } from './table.ts';

type Values = Readonly<Record<string, unknown>>;

/** Above this many bytes an event travels without its data. */
const largestData = 200 * 1024;

/** The event that the images of a row tell of, still without its place in the feed. */
export const eventOf = (
  of: AnyEntity,
  before: Item | undefined,
  after: Item,
  mark: EventMark,
): Omit<DomainEvent, 'sequence'> => {
  const { tenant, id } = identityOf(after.pk);
  const row = fromItem(of, after);
  const data = {
    id,
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...ownerOf(row),
    ...presentValues(toldFields(of), row),
  };
  return {
    id: mark.id,
    tenant,
    type: mark.type,
    schemaVersion: 1,
    at: mark.at,
    actor: mark.by,
    record: { type: of.name, id, version: row.version },
    ...(Buffer.byteLength(JSON.stringify(data)) > largestData ? { dataOmitted: true as const } : { data }),
    changed: changedFields(of, before && fromItem(of, before), row),
    shard: shardOf(id, feedShards),
    correlationId: mark.correlationId,
    ...(mark.causationId !== undefined && { causationId: mark.causationId }),
    ...(mark.from && { from: mark.from }),
    ...(mark.silent === true && { silent: true }),
    ...(mark.since !== undefined && { aside: true as const }),
  };
};

/** Events go to partners: sensitive values stay in the table. */
export const toldFields = ({ fields }: Pick<AnyEntity, 'fields'>): FieldMap =>
  Object.fromEntries(
    Object.entries<AnyField>(fields)
      .filter(([, field]) => field.sensitive !== true)
      .map(([name, field]) => [name, toldField(field)]),
  );

const toldField = (field: AnyField): AnyField => {
  const { shape } = field;
  if (shape.kind !== 'object' || shape.custom !== true) return field;
  return { ...field, shape: { ...shape, fields: toldFields(shape) } };
};

/** Sensitive values that a version took the place of; the log keeps them beside the event, where feed and webhooks do not read. */
export const replacedSecrets = ({ fields }: AnyEntity, before: Item | undefined, after: Item): Values => {
  const compared = (
    declared: FieldMap,
    was: Values,
    is: Values,
    prefix: string,
  ): readonly (readonly [string, unknown])[] =>
    Object.entries<AnyField>(declared).flatMap(([name, field]) => {
      if (field.shape.kind === 'object' && field.shape.custom === true)
        return compared(field.shape.fields, (was[name] ?? {}) as Values, (is[name] ?? {}) as Values, `${name}.`);
      const isSame = JSON.stringify(ordered(was[name])) === JSON.stringify(ordered(is[name]));
      return field.sensitive !== true || isSame ? [] : [[`${prefix}${name}`, was[name] ?? null] as const];
    });
  return before ? Object.fromEntries(compared(fields, before, after, '')) : {};
};

const ownerOf = (row: AnyRow) => ({
  ...(row.ownerId !== undefined && { ownerId: row.ownerId }),
  ...(row.teamId !== undefined && { teamId: row.teamId }),
  ...(row.archivedAt !== undefined && { archivedAt: row.archivedAt }),
});

const metaOfInterest = ['ownerId', 'teamId', 'archivedAt'] as const;

/** What differs between two versions, as the outside reads it. Of sensitive fields it says only that they differ. */
export const changedFields = (
  of: AnyEntity,
  before: AnyRow | undefined,
  after: AnyRow,
): Readonly<Record<string, Change>> => {
  const changed: Record<string, Change> = {};
  const compare = (name: string, from: unknown, to: unknown): void => {
    if (JSON.stringify(ordered(from)) === JSON.stringify(ordered(to))) return;
    changed[name] = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  };
  const compareFields = (fields: FieldMap, was: Values | undefined, is: Values | undefined, prefix: string): void => {
    for (const [name, field] of Object.entries(fields)) {
      const path = `${prefix}${name}`;
      if (field.shape.kind === 'object' && field.shape.custom === true)
        compareFields(field.shape.fields, was?.[name] as Values, is?.[name] as Values, `${name}.`);
      else compare(path, presentValue(field, was?.[name]), presentValue(field, is?.[name]));
      if (field.sensitive === true && changed[path]) changed[path] = {};
    }
  };
  compareFields(of.fields, before, after, '');
  for (const name of metaOfInterest) compare(name, before?.[name], after[name]);
  return changed;
};
