// Applying projections and roll-ups: read the row, compute its read model, write the difference under its version.
import { registryFor, type CustomFieldsSource } from './custom-fields.ts';
import { prefixOf } from './ids.ts';
import { difference, distrusted, memoKey, memoWrite, nothingApplied, targetOf, type Memo } from './read-model.ts';
import type { Registry } from './registry.ts';
import {
  cellWrite,
  foldShares,
  generationsKey,
  isOfGenerations,
  shareDeltas,
  type Generations,
  type Share,
} from './rollup-cells.ts';
import { identityOf, rowKey } from './rows.ts';
import { TransactionCancelled, type Item, type Table, type Write } from './table.ts';

/** What became of records: those that failed, with the cause, and all rows that were read on the way. */
export type Applied = { readonly failed: ReadonlyMap<string, unknown>; readonly rows: ReadonlyMap<string, Item> };

/** How they are applied. */
export type Applying = {
  /** Rows that are read in the same request, for who comes after. */
  readonly besides?: readonly string[];
  /** Writes what was written before once more, whatever the memo says of it. */
  readonly anew?: boolean;
  /** Items that are written in the same request as the read models of a record, by its id; writing them twice is harmless. */
  readonly alongside?: ReadonlyMap<string, readonly Item[]>;
};

/** Brings the read models of these records up to their rows. */
export const applyProjections = async (
  table: Table,
  source: CustomFieldsSource,
  tenant: string,
  ids: readonly string[],
  { besides = [], anew = false, alongside = new Map() }: Applying = {},
): Promise<Applied> => {
  const failed = new Map<string, unknown>();
  const rows = new Map<string, Item>();
  let waiting = [...new Set(ids)];
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    const { found, generations } = await readRecords(table, source, tenant, waiting, attempt === 1 ? besides : []);
    for (const [id, { row }] of found) if (row) rows.set(id, row);
    const registry = await registryFor(source, tenant, [...rows.values()], 'fresh');
    const works = waiting.flatMap((id) =>
      workFor({ registry, tenant, generations, anew, alongside }, id, found.get(id)),
    );
    waiting = await writeWorks(table, tenant, works, attempt === mostTries ? 'last' : 'again', failed);
  }
  return { failed, rows };
};

/** Writes differences; answers the records that others wrote for meanwhile, which are computed again. */
const writeWorks = async (
  table: Table,
  tenant: string,
  works: readonly Work[],
  attempt: 'again' | 'last',
  failed: Map<string, unknown>,
): Promise<string[]> => {
  const lost: string[] = [];
  for (const batch of packed(works)) {
    try {
      await writeBatch(table, tenant, batch);
    } catch (error) {
      const isLost = error instanceof TransactionCancelled && attempt === 'again';
      if (isLost) lost.push(...batch.map(({ id }) => id));
      else for (const { id } of batch) failed.set(id, error);
    }
  }
  return lost;
};

const mostTries = 5;

/** The difference for one record. */
type Work = {
  readonly id: string;
  readonly writes: readonly Write[];
  /** None where the read models are as they should be. */
  readonly memo?: Write;
  readonly deltas: readonly Share[];
};

type Found = { readonly row?: Item; readonly memo?: Item };

/** Rows with their memos, further rows, and what totals need to know, in one request. */
const readRecords = async (
  table: Table,
  { registry }: CustomFieldsSource,
  tenant: string,
  ids: readonly string[],
  besides: readonly string[],
): Promise<{ readonly found: ReadonlyMap<string, Found>; readonly generations: Generations }> => {
  const keys = [
    ...ids.map((id) => memoKey(tenant, id)),
    ...[...new Set([...ids, ...besides])].map((id) => rowKey(tenant, id)),
    ...(ids.some((id) => isTotalled(registry, id)) ? [generationsKey(tenant)] : []),
  ];
  const found = new Map<string, Found>();
  let generations: Generations = {};
  for (const { pk, sk, ...rest } of await table.batchGet(keys, { consistent: true })) {
    const { id } = identityOf(pk);
    if (sk === generationsKey(tenant).sk) generations = rest as Generations;
    else found.set(id, { ...found.get(id), [sk === 'row' ? 'row' : 'memo']: { pk, sk, ...rest } });
  }
  return { found, generations };
};

const isTotalled = ({ byPrefix, rollups }: Registry, id: string): boolean => {
  const of = byPrefix.get(prefixOf(id))?.name;
  return rollups.some((each) => each.of === of);
};

type Reading = {
  readonly registry: Registry;
  readonly tenant: string;
  readonly generations: Generations;
} & Required<Pick<Applying, 'anew' | 'alongside'>>;

const workFor = (
  { registry, tenant, generations, anew, alongside }: Reading,
  id: string,
  { row, memo: memoItem }: Found = {},
): readonly Work[] => {
  const memo = memoItem ? (memoItem as unknown as Memo) : nothingApplied;
  const version = Number(row?.['version'] ?? 0);
  const further = (alongside.get(id) ?? []).map((item): Write => ({ kind: 'put', item }));
  if (row && !anew && memo.applied >= version && isOfGenerations(memo.shares, generations))
    return further.length > 0 ? [{ id, writes: further, deltas: [] }] : [];
  const target = targetOf(registry, row, generations);
  const writes = difference(tenant, anew ? distrusted(memo.items) : memo.items, target.items);
  const deltas = shareDeltas(memo.shares, target.shares);
  return [
    { id, writes: [...writes, ...further], deltas, memo: memoWrite(tenant, id, memo, memoItem, version, target) },
  ];
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
  const memos = batch.flatMap((work) => work.memo ?? []);
  // A record with more items than a transaction takes writes them first: they are a function of the row, so writing them twice is harmless.
  const fits = items.length + cells.length + memos.length <= mostWrites;
  if (!fits) await table.batchWrite(items as Parameters<Table['batchWrite']>[0]);
  await table.transact([...memos, ...cells, ...(fits ? items : [])]);
};
