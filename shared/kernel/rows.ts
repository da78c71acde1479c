// Rows and items: how a record lies in the table, and which index entries its declaration gives it.
import { createHash } from 'node:crypto';
import { decodeValues, encodeValues, sortable } from './codec.ts';
import { isOpenRow, type AnyEntity, type AnyRow } from './entity.ts';
import { shardOf, type EventMark } from './events.ts';
import type { AnyField, FieldMap, Shape } from './fields.ts';
import type { KeySpec } from './keys.ts';
import type { Item, Key } from './table.ts';

/** Lines per part item, and per document (design.md section 3). */
export const linesPerPart = 100;
/** Most lines of a document; more is refused. */
export const linesPerDocument = 500;
/** Shards of a minute in the due index. */
export const dueShards = 4;

/** The key of a record's row. */
export const rowKey = (tenant: string, id: string): Key => ({ pk: `${tenant}#${id}`, sk: 'row' });

/** The key of a version in the event log. */
export const versionKey = (tenant: string, id: string, version: number): Key => ({
  pk: `${tenant}#${id}`,
  sk: `v#${String(version).padStart(10, '0')}`,
});

/** The key of the guard that keeps a unique value unique, and finds its record. */
export const uniqueKey = (tenant: string, entity: string, field: string, value: string): Key => ({
  pk: `${tenant}#unique#${entity}#${field}#${value.toLowerCase()}`,
  sk: 'guard',
});

/** The texts under which a value is guarded: one, or one for each value of a list. */
export const uniqueTexts = ({ shape, unique }: AnyField, value: unknown, row: AnyRow): readonly string[] => {
  if (unique === undefined || value === undefined) return [];
  const values: readonly unknown[] = shape.kind === 'list' ? (value as readonly unknown[]) : [value];
  const texts = values.map((each) => (typeof unique === 'function' ? unique(each as never, row) : String(each)));
  return [...new Set(texts.map((text) => text.toLowerCase()))];
};

const metaNames = [
  'id',
  'version',
  'createdAt',
  'updatedAt',
  'createdBy',
  'updatedBy',
  'archivedAt',
  'ownerId',
  'teamId',
] as const;

type Layout = { readonly parts: readonly string[]; readonly inRow: readonly string[] };
const layouts = new WeakMap<FieldMap, Layout>();

/** Where the values of an entity's records lie, found out once. */
const layoutOf = ({ fields }: AnyEntity): Layout => {
  const known = layouts.get(fields);
  if (known) return known;
  const { parts = [], inRow = [] } = Object.groupBy(Object.keys(fields), (name) =>
    fields[name]?.shape.kind === 'parts' ? 'parts' : 'inRow',
  );
  const layout = { parts, inRow: [...metaNames, ...inRow] };
  layouts.set(fields, layout);
  return layout;
};

/** The names of the fields that are stored as parts beside the row. */
export const partsOf = (of: AnyEntity): readonly string[] => layoutOf(of).parts;

/** The row item of a record, with its event and index entries. */
export const toItem = (of: AnyEntity, tenant: string, row: AnyRow, event: EventMark): Item => ({
  ...rowKey(tenant, row.id),
  entity: of.name,
  ...encodeValues(of.fields, pick(row, layoutOf(of).inRow)),
  ...partDigests(of, row),
  event,
  ...indexKeys(of, tenant, row),
});

type Values = Readonly<Record<string, unknown>>;

const pick = (from: Values, names: readonly string[]): Values => {
  const picked: Record<string, unknown> = {};
  for (const name of names) if (from[name] !== undefined) picked[name] = from[name];
  return picked;
};

const partDigests = (of: AnyEntity, row: AnyRow): { readonly parts?: Readonly<Record<string, unknown>> } => {
  const names = partsOf(of);
  if (names.length === 0) return {};
  return { parts: Object.fromEntries(names.map((name) => [name, digestOf(linesOf(row, name))])) };
};

const linesOf = (row: AnyRow, name: string): readonly unknown[] => (row[name] as readonly unknown[] | undefined) ?? [];

const digestOf = (lines: readonly unknown[]) => ({
  count: lines.length,
  hash: createHash('sha256').update(JSON.stringify(lines)).digest('base64url'),
});

/** The record of a row item. Parts are filled in when their items are given. An item that was read in part has `names` alone. */
export const fromItem = (
  of: AnyEntity,
  item: Item,
  partItems: readonly Item[] = [],
  names = layoutOf(of).inRow,
): AnyRow => ({ ...decodeValues(of.fields, pick(item, names)), ...partsFrom(of, partItems) }) as AnyRow;

const partsFrom = (of: AnyEntity, items: readonly Item[]): Readonly<Record<string, unknown>> => {
  if (items.length === 0) return {};
  const lines = (name: string): readonly unknown[] =>
    items.filter((item) => item['part'] === name).flatMap((item) => item['lines'] as readonly unknown[]);
  return Object.fromEntries(partsOf(of).map((name) => [name, lines(name).map((line) => decodeLine(of, name, line))]));
};

const lineFields = (of: AnyEntity, name: string): FieldMap => {
  const shape = of.fields[name]?.shape;
  return shape?.kind === 'parts' ? shape.fields : {};
};
const decodeLine = (of: AnyEntity, name: string, line: unknown): unknown =>
  decodeValues(lineFields(of, name), line as Readonly<Record<string, unknown>>);

/** The part items of a record: its lines, at most 100 in each. */
export const partItemsOf = (of: AnyEntity, tenant: string, row: AnyRow): readonly Item[] =>
  partsOf(of).flatMap((name) => {
    const encoded = linesOf(row, name).map((line) =>
      encodeValues(lineFields(of, name), line as Readonly<Record<string, unknown>>),
    );
    const chunks = Math.ceil(encoded.length / linesPerPart);
    return Array.from({ length: chunks }, (_, index) => ({
      pk: `${tenant}#${row.id}`,
      sk: `part#${name}#${String(index)}`,
      part: name,
      lines: encoded.slice(index * linesPerPart, (index + 1) * linesPerPart),
    }));
  });

type Attributes = Readonly<Record<string, string>>;

/** The index entries that a record has now. Archived records are found in gsi3's archive alone. */
export const indexKeys = (of: AnyEntity, tenant: string, row: AnyRow): Attributes => {
  const keys: Record<string, string> = {};
  for (const spec of Object.values<KeySpec>(of.keys)) Object.assign(keys, indexEntry(of, tenant, row, spec));
  return { ...keys, ...dueEntry(of, tenant, row) };
};

const indexEntry = (of: AnyEntity, tenant: string, row: AnyRow, spec: KeySpec): Attributes => {
  if (!('gsi' in spec) || (row.archivedAt !== undefined && spec.gsi !== 3 && spec.gsi !== 5)) return {};
  const partition = partitionOf(of, tenant, row, spec);
  if (partition === undefined) return {};
  return { [`gsi${String(spec.gsi)}pk`]: partition, [`gsi${String(spec.gsi)}sk`]: sortOf(of, row, spec) };
};

const partitionOf = (
  of: AnyEntity,
  tenant: string,
  row: AnyRow,
  spec: Extract<KeySpec, { gsi: number }>,
): string | undefined => {
  switch (spec.gsi) {
    case 1: {
      const parent = row[spec.of];
      return typeof parent === 'string' ? `${tenant}#${parent}` : undefined;
    }
    case 2: {
      const holder = row.ownerId ?? row.teamId;
      return holder === undefined ? undefined : `${tenant}#${holder}`;
    }
    case 3: {
      const shard = row.archivedAt === undefined ? String(shardOf(row.id, spec.shards ?? 1)) : 'archived';
      return kindPartition(of, tenant, shard);
    }
    case 4: {
      const state = row[spec.of];
      if (typeof state !== 'string' || !(spec.keepsClosed === true || isOpenRow(of, row))) return undefined;
      return statePartition(of, tenant, state, shardOf(row.id, spec.shards ?? 1));
    }
    case 5: {
      const natural = row[spec.of];
      return typeof natural === 'string' ? naturalPartition(tenant, natural) : undefined;
    }
  }
};

/** gsi3: all of a kind. */
export const kindPartition = (of: AnyEntity, tenant: string, shard: string): string => `${tenant}#${of.name}#${shard}`;
/** gsi4: all of a kind in one state or stage. */
export const statePartition = (of: AnyEntity, tenant: string, state: string, shard: number): string =>
  `${tenant}#${of.name}#${state}#${String(shard)}`;
/** gsi5: by a natural key. */
export const naturalPartition = (tenant: string, natural: string): string => `${tenant}#${natural.toLowerCase()}`;

const sortOf = (of: AnyEntity, row: AnyRow, spec: Extract<KeySpec, { gsi: number }>): string => {
  if (spec.gsi === 5) return `${of.name}#${row.id}`;
  return `${sortPrefix(of, spec, isOpenRow(of, row))}${sortValue(of, row, row.archivedAt === undefined ? spec.sort : 'archivedAt')}#${row.id}`;
};

/** What stands before the sort value in an index's sort key. */
export const sortPrefix = (of: AnyEntity, spec: KeySpec, open: boolean): string => {
  if (!('gsi' in spec) || spec.gsi > 2) return '';
  const word = open ? 'open#' : 'shut#';
  if (spec.gsi === 2) return `${of.name}#${word}`;
  const { as = of.idPrefix, openFirst } = spec as Extract<KeySpec, { gsi: 1 }>;
  return openFirst ? `${as}#${word}${as === of.idPrefix ? '' : `${of.idPrefix}#`}` : `${as}#`;
};

/** The sort value of a record for a field, in byte order. Absent sorts first. */
export const sortValue = (of: AnyEntity, row: AnyRow, field: string): string => {
  const value = row[field];
  if (value === undefined) return '';
  const shape: Shape = of.fields[field]?.shape ?? { kind: 'dateTime' };
  return sortable(shape, value);
};

const dueEntry = (of: AnyEntity, tenant: string, row: AnyRow): Attributes => {
  const due = row.archivedAt === undefined ? of.dueAt?.(row) : undefined;
  return due === undefined ? {} : dueKeys(minuteOf(due), tenant, row.id);
};

/** Where the timer of a record is found: in the partition of its hour, under its minute, so that a sweep asks by the hour. */
export const dueKeys = (minute: string, tenant: string, id: string): Record<'duepk' | 'duesk', string> => ({
  duepk: `${minute.slice(0, 13)}#${String(shardOf(id, dueShards))}`,
  duesk: `${minute}#${tenant}#${id}`,
});

/** The whole minute in which something that is due at this instant is woken: never before it is due. */
export const minuteOf = (instant: string): string => {
  const time = new Date(instant).getTime();
  return new Date(Math.ceil(time / 60_000) * 60_000).toISOString().slice(0, 16);
};

/** Tenant and record of a row's partition key. */
export const identityOf = (pk: string): { readonly tenant: string; readonly id: string } => {
  const cut = pk.indexOf('#');
  return { tenant: pk.slice(0, cut), id: pk.slice(cut + 1) };
};
