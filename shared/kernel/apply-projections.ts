// Applying projections and roll-ups: read the row, compute its read model, write the difference under its version.
import { createHash } from 'node:crypto';
import type { AnyEntity, AnyRow, KeySpec } from './entity.ts';
import { shardOf } from './events.ts';
import { linkPrefix } from './planner.ts';
import { projection, type Contribution, type ProjectedItem, type Rollup } from './projection.ts';
import type { Registry } from './registry.ts';
import { fromItem, identityOf, rowKey, sortValue } from './rows.ts';
import {
  TransactionCancelled,
  type Item,
  type Key,
  type Position,
  type SortRange,
  type Table,
  type Write,
} from './table.ts';
import { ordered } from './row-changes.ts';

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
type Memo = {
  readonly applied: number;
  readonly items: Readonly<Record<string, string>>;
  readonly shares: readonly Share[];
};
type Share = Contribution & { readonly rollup: string; readonly shard: number };

const memoKey = (tenant: string, id: string): Key => ({ pk: `${tenant}#${id}`, sk: 'projected' });
const nothing: Memo = { applied: 0, items: {}, shares: [] };

/** Brings the read models of these records up to their rows. Answers those that could not be, with the cause. */
export const applyProjections = async (
  table: Table,
  registry: Registry,
  tenant: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, unknown>> => {
  const failed = new Map<string, unknown>();
  let waiting = [...new Set(ids)];
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    const works = await readWorks(table, registry, tenant, waiting);
    const lost: string[] = [];
    for (const batch of packed(works)) {
      try {
        await writeBatch(table, tenant, batch);
      } catch (error) {
        if (!(error instanceof TransactionCancelled) || attempt === 5)
          for (const work of batch) failed.set(work.id, error);
        else lost.push(...batch.map((work) => work.id));
      }
    }
    waiting = lost;
  }
  return failed;
};

/** The difference for one record. */
type Work = {
  readonly id: string;
  readonly writes: readonly Write[];
  readonly memo: Write;
  readonly deltas: readonly Share[];
};

const readWorks = async (
  table: Table,
  registry: Registry,
  tenant: string,
  ids: readonly string[],
): Promise<readonly Work[]> => {
  const items = await table.batchGet(
    ids.flatMap((id) => [rowKey(tenant, id), memoKey(tenant, id)]),
    { consistent: true },
  );
  const found = new Map(items.map((item) => [`${identityOf(item.pk).id} ${item.sk}`, item]));
  return ids.flatMap((id) => workFor(registry, tenant, id, found.get(`${id} row`), found.get(`${id} projected`)));
};

const workFor = (
  registry: Registry,
  tenant: string,
  id: string,
  rowItem: Item | undefined,
  memoItem: Item | undefined,
): readonly Work[] => {
  const memo = memoItem ? (memoItem as unknown as Memo) : nothing;
  const version = Number(rowItem?.['version'] ?? 0);
  if (rowItem && memo.applied >= version) return [];
  const target = targetOf(registry, rowItem);
  const writes = difference(tenant, memo.items, target.items);
  const deltas = shareDeltas(memo.shares, target.shares);
  return [{ id, writes, deltas, memo: memoWrite(tenant, id, memo, memoItem, version, target) }];
};

type Target = { readonly items: readonly ProjectedItem[]; readonly shares: readonly Share[] };

/** What the read models of a row hold: a pure function of it. */
export const targetOf = (registry: Registry, rowItem: Item | undefined): Target => {
  const of = rowItem && registry.entities.get(String(rowItem['entity']));
  if (!of) return { items: [], shares: [] };
  const row = fromItem(of, rowItem);
  const concerning = [links, ...registry.projections].filter(
    (each) => each.of.includes('*') || each.of.includes(of.name),
  );
  return {
    items: concerning.flatMap((each) => each.items(row, of, registry)),
    shares: registry.rollups.filter((each) => each.of === of.name).flatMap((each) => sharesOf(each, row)),
  };
};

const sharesOf = (each: Rollup, row: AnyRow): readonly Share[] =>
  each
    .contributions(row)
    .map((contribution) => ({ ...contribution, rollup: each.name, shard: shardOf(row.id, each.shards) }));

const nameOf = (item: ProjectedItem): string => `${item.partition}\n${item.sort}`;
const digestOf = (item: ProjectedItem): string =>
  createHash('md5')
    .update(JSON.stringify(ordered(item.attributes ?? {})))
    .digest('base64url')
    .slice(0, 10);

const difference = (tenant: string, was: Memo['items'], items: readonly ProjectedItem[]): readonly Write[] => {
  const names = new Set(items.map(nameOf));
  const puts = items
    .filter((item) => was[nameOf(item)] !== digestOf(item))
    .map((item): Write => ({
      kind: 'put',
      item: { pk: `${tenant}#${item.partition}`, sk: item.sort, ...item.attributes },
    }));
  const gone = Object.keys(was).filter((name) => !names.has(name));
  const deletes = gone.map((name): Write => ({ kind: 'delete', key: keyNamed(tenant, name) }));
  return [...puts, ...deletes];
};

const keyNamed = (tenant: string, name: string): Key => {
  const cut = name.indexOf('\n');
  return { pk: `${tenant}#${name.slice(0, cut)}`, sk: name.slice(cut + 1) };
};

const memoWrite = (
  tenant: string,
  id: string,
  memo: Memo,
  memoItem: Item | undefined,
  version: number,
  target: Target,
): Write => {
  const condition = memoItem
    ? { text: 'applied = :applied', values: { ':applied': memo.applied } }
    : { text: 'attribute_not_exists(pk)' };
  if (version === 0)
    return {
      kind: 'delete',
      key: memoKey(tenant, id),
      condition: memoItem ? condition : { text: 'attribute_not_exists(pk)' },
    };
  const items = Object.fromEntries(target.items.map((item) => [nameOf(item), digestOf(item)]));
  return { kind: 'put', item: { ...memoKey(tenant, id), applied: version, items, shares: target.shares }, condition };
};

/** New shares less old ones, cell by cell; cells that come out even are left alone. */
const shareDeltas = (was: readonly Share[], is: readonly Share[]): readonly Share[] => {
  const minus = was.map((share) => ({ ...share, amounts: scaled(share.amounts, -1) }));
  return foldShares([...minus, ...is]).filter((share) => Object.values(share.amounts).some((amount) => amount !== 0));
};

const scaled = (amounts: Contribution['amounts'], by: number): Contribution['amounts'] =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount * by]));

const foldShares = (shares: readonly Share[]): readonly Share[] =>
  [
    ...Map.groupBy(
      shares,
      (share) => `${share.rollup}\n${share.partition}\n${share.cell}\n${String(share.shard)}`,
    ).values(),
  ].flatMap(([first, ...rest]) =>
    first ? [rest.reduce((sum, share) => ({ ...sum, amounts: added(sum.amounts, share.amounts) }), first)] : [],
  );

const added = (left: Contribution['amounts'], right: Contribution['amounts']): Contribution['amounts'] => {
  const sum: Record<string, number> = { ...left };
  for (const [name, amount] of Object.entries(right)) sum[name] = (sum[name] ?? 0) + amount;
  return sum;
};

const cellWrite = (tenant: string, share: Share): Write => {
  const names = Object.keys(share.amounts);
  return {
    kind: 'update',
    key: { pk: rollupPartition(tenant, share.rollup, share.partition), sk: `${share.cell}#${String(share.shard)}` },
    update: {
      text: `ADD ${names.map((_, index) => `#a${String(index)} :a${String(index)}`).join(', ')}`,
      names: Object.fromEntries(names.map((name, index) => [`#a${String(index)}`, name])),
      values: Object.fromEntries(names.map((name, index) => [`:a${String(index)}`, share.amounts[name]])),
    },
  };
};

const mostWrites = 100;

/** Records whose differences fit into one transaction together: their shares of one cell are folded into one write. */
const packed = (works: readonly Work[]): readonly (readonly Work[])[] => {
  const batches: Work[][] = [];
  let size = mostWrites;
  for (const work of works) {
    const weight = 1 + work.writes.length + work.deltas.length;
    if (size + weight > mostWrites) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(work);
    size += weight;
  }
  return batches;
};

const writeBatch = async (table: Table, tenant: string, batch: readonly Work[]): Promise<void> => {
  const items = batch.flatMap((work) => work.writes);
  const cells = foldShares(batch.flatMap((work) => work.deltas)).map((share) => cellWrite(tenant, share));
  const memos = batch.map((work) => work.memo);
  // A record with more items than a transaction takes writes them first: they are a function of the row, so writing them twice is harmless.
  const fits = items.length + cells.length + memos.length <= mostWrites;
  if (!fits) await table.batchWrite(items as Parameters<Table['batchWrite']>[0]);
  await table.transact([...memos, ...cells, ...(fits ? items : [])]);
};

/** Where the cells of a roll-up lie. */
export const rollupPartition = (tenant: string, name: string, partition: string): string =>
  `${tenant}#rollup#${name}#${partition}`;

/** The cells of one partition, shards added up: one Query. `cells` narrows to a range of their keys. */
export const readRollup = async (
  table: Table,
  tenant: string,
  name: string,
  partition: string,
  cells?: SortRange,
): Promise<ReadonlyMap<string, Contribution['amounts']>> => {
  const totals = new Map<string, Contribution['amounts']>();
  const pk = rollupPartition(tenant, name, partition);
  let after: Position | undefined;
  do {
    const page = await table.query({ pk, ...(cells && { sort: cells }), ...(after && { after }) });
    for (const { pk: _pk, sk, ...amounts } of page.items) {
      const cell = sk.slice(0, sk.lastIndexOf('#'));
      totals.set(cell, added(totals.get(cell) ?? {}, amounts as Contribution['amounts']));
    }
    after = page.next;
  } while (after);
  return totals;
};

/** Forgets what was applied, so that the next run writes a record's read models again from its row. Shares are kept: they say what to take back. */
export const forgetApplied = async (table: Table, tenant: string, id: string): Promise<void> => {
  const item = await table.get(memoKey(tenant, id), { consistent: true });
  if (item)
    await table.write({
      kind: 'put',
      item: {
        ...item,
        applied: 0,
        items: Object.fromEntries(Object.keys(item['items'] as object).map((name) => [name, ''])),
      },
    });
};
