// What a row yields as read models, and how that differs from what was written for it last.
import { createHash } from 'node:crypto';
import type { AnyEntity, AnyRow } from './entity.ts';
import type { KeySpec } from './keys.ts';
import { linkPrefix } from './planner.ts';
import { projection, type ProjectedItem } from './projection.ts';
import type { Registry } from './registry.ts';
import { sharesOf, type Generations, type Share } from './rollup-cells.ts';
import { ordered } from './row-changes.ts';
import { fromItem, naturalPartition, sortValue } from './rows.ts';
import type { Expression, Item, Key, Write } from './table.ts';

/** The kernel's own projection: entries of link keys in their parents' partitions. */
export const links = projection('links', {
  describes: 'Lists of records under further parents.',
  of: ['*'],
  items: (row, of) =>
    row.archivedAt === undefined
      ? Object.entries<KeySpec>(of.keys).flatMap(([key, spec]) => linkEntries(of, row, key, spec))
      : [],
});

const linkEntries = (of: AnyEntity, row: AnyRow, key: string, spec: KeySpec): readonly ProjectedItem[] => {
  if (!('link' in spec)) return [];
  const parents = [row[spec.link]].flat().filter((parent) => typeof parent === 'string');
  const sort = `${linkPrefix(of, key)}${sortValue(of, row, spec.sort)}#${row.id}`;
  return parents.map((partition) => ({ partition, sort }));
};

/** What was written for a record last: which version, which items (with a digest), which shares of totals. */
export type Memo = {
  /** Counts what was written, so that of two who read the same memo only one writes. */
  readonly turn?: number;
  readonly applied: number;
  readonly items: Readonly<Record<string, string>>;
  readonly shares: readonly Share[];
};

/** Where the memo of a record lies. */
export const memoKey = (tenant: string, id: string): Key => ({ pk: `${tenant}#${id}`, sk: 'projected' });
/** The memo of a record for which nothing was written. */
export const nothingApplied: Memo = { applied: 0, items: {}, shares: [] };

/** The read models of a row. */
export type Target = {
  readonly items: readonly ProjectedItem[];
  readonly shares: readonly Share[];
  /** The further natural key of the record. */
  readonly mark?: { readonly of: string; readonly key: string };
};

/** What the read models of a row hold: a pure function of it. */
export const targetOf = (registry: Registry, rowItem: Item | undefined, generations: Generations = {}): Target => {
  const of = rowItem && registry.entities.get(String(rowItem['entity']));
  if (!of) return { items: [], shares: [] };
  const row = fromItem(of, rowItem);
  const concerning = [links, ...registry.projections].filter(
    (each) => each.of.includes('*') || each.of.includes(of.name),
  );
  const [key] = concerning.flatMap((each) => each.mark?.(row, of, registry) ?? []);
  return {
    ...(key !== undefined && { mark: { of: of.name, key } }),
    items: concerning.flatMap((each) => each.items(row, of, registry)),
    shares: registry.rollups.filter((each) => each.of === of.name).flatMap((each) => sharesOf(each, row, generations)),
  };
};

const nameOf = (item: ProjectedItem): string => `${item.partition}\n${item.sort}`;
const digestOf = (item: ProjectedItem): string =>
  createHash('md5')
    .update(JSON.stringify(ordered({ ...item.attributes, ...(item.also && { also: item.also }) })))
    .digest('base64url')
    .slice(0, 10);

/** The items without their digests: what may be wrong is written again. */
export const distrusted = (items: Memo['items']): Memo['items'] =>
  Object.fromEntries(Object.keys(items).map((name) => [name, '']));

/** The writes that turn the items written last into these. */
export const difference = (tenant: string, was: Memo['items'], items: readonly ProjectedItem[]): readonly Write[] => {
  const names = new Set(items.map(nameOf));
  const puts = items
    .filter((item) => was[nameOf(item)] !== digestOf(item))
    .map((item): Write => ({ kind: 'put', item: projectedItem(tenant, item) }));
  const gone = Object.keys(was).filter((name) => !names.has(name));
  const deletes = gone.map((name): Write => ({ kind: 'delete', key: keyNamed(tenant, name) }));
  return [...puts, ...deletes];
};

/** The item of the table. */
export const projectedItem = (tenant: string, { partition, sort, attributes, also }: ProjectedItem): Item => ({
  pk: `${tenant}#${partition}`,
  sk: sort,
  ...attributes,
  ...(also && { gsi4pk: `${tenant}#${also.partition}`, gsi4sk: also.sort }),
});

const keyNamed = (tenant: string, name: string): Key => {
  const cut = name.indexOf('\n');
  return { pk: `${tenant}#${name.slice(0, cut)}`, sk: name.slice(cut + 1) };
};

/** Notes what is written now, provided that nobody has meanwhile. */
export const memoWrite = (
  tenant: string,
  id: string,
  memo: Memo,
  memoItem: Item | undefined,
  version: number,
  target: Target,
): Write => {
  const condition = memoItem ? atTurn(memo) : { text: 'attribute_not_exists(pk)' };
  if (version === 0) return { kind: 'delete', key: memoKey(tenant, id), condition };
  const items = Object.fromEntries(target.items.map((item) => [nameOf(item), digestOf(item)]));
  const now: Memo = { turn: (memo.turn ?? 0) + 1, applied: version, items, shares: target.shares };
  return { kind: 'put', item: { ...memoKey(tenant, id), ...now, ...markKeys(tenant, id, target) }, condition };
};

const markKeys = (tenant: string, id: string, { mark }: Target) =>
  mark && { gsi5pk: naturalPartition(tenant, mark.key), gsi5sk: `${mark.of}#${id}` };

const atTurn = ({ turn }: Memo): Expression =>
  turn === undefined
    ? { text: 'attribute_exists(pk) AND attribute_not_exists(#turn)', names: { '#turn': 'turn' } }
    : { text: '#turn = :turn', names: { '#turn': 'turn' }, values: { ':turn': turn } };
