// Cells of totals: the shares that records have in them, the difference between two shares, and reading them back.
import { mayReach, scopeOf, type Actor } from './access.ts';
import type { AnyEntity, AnyRow } from './entity.ts';
import { shardOf } from './events.ts';
import type { Contribution, Rollup } from './projection.ts';
import type { Key, Position, SortRange, Table, Write } from './table.ts';

/** What a record adds to a cell of a roll-up. The generation says since which rebuild; none, before the first. */
export type Share = Contribution & { readonly rollup: string; readonly shard: number; readonly generation?: number };

/** How often the cells of each roll-up of a tenant were begun anew. */
export type Generations = Readonly<Record<string, number>>;

/** Where the generations of a tenant's roll-ups lie. */
export const generationsKey = (tenant: string): Key => ({ pk: `${tenant}#rollups`, sk: 'generations' });

/** The shares that a roll-up gives a row. */
export const sharesOf = (each: Rollup, row: AnyRow, { [each.name]: generation }: Generations): readonly Share[] =>
  each.contributions(row).map((contribution) => ({
    ...contribution,
    rollup: each.name,
    shard: shardOf(row.id, each.shards),
    ...(generation !== undefined && { generation }),
  }));

/** Whether a record has its shares in the present cells. */
export const isOfGenerations = (shares: readonly Share[], generations: Generations): boolean =>
  shares.every(({ rollup, generation }) => generation === generations[rollup]);

/** New shares less old ones, cell by cell; cells that come out even are left alone. */
export const shareDeltas = (was: readonly Share[], is: readonly Share[]): readonly Share[] => {
  const minus = was.map((share) => ({ ...share, amounts: scaled(share.amounts, -1) }));
  return foldShares([...minus, ...is]).filter((share) => Object.values(share.amounts).some((amount) => amount !== 0));
};

const scaled = (amounts: Contribution['amounts'], by: number): Contribution['amounts'] =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount * by]));

/** Shares of the same cell added up. */
export const foldShares = (shares: readonly Share[]): readonly Share[] =>
  [
    ...Map.groupBy(shares, (share) => `${share.rollup}\n${share.partition}\n${share.cell}\n${labelOf(share)}`).values(),
  ].flatMap(([first, ...rest]) =>
    first ? [rest.reduce((sum, share) => ({ ...sum, amounts: added(sum.amounts, share.amounts) }), first)] : [],
  );

const added = (left: Contribution['amounts'], right: Contribution['amounts']): Contribution['amounts'] => {
  const sum: Record<string, number> = { ...left };
  for (const [name, amount] of Object.entries(right)) sum[name] = (sum[name] ?? 0) + amount;
  return sum;
};

/** Shards and generations of a cell lie side by side; whoever reads it adds them up. */
const labelOf = ({ shard, generation }: Pick<Share, 'shard' | 'generation'>): string =>
  generation === undefined ? String(shard) : `${String(shard)}.${String(generation)}`;

/** The generation that a cell is of, by its sort key. */
export const generationIn = (sk: string): number => Number(sk.slice(sk.lastIndexOf('#') + 1).split('.')[1] ?? 0);

/** Adds a share to its cell. */
export const cellWrite = (tenant: string, share: Share): Write => {
  const names = Object.keys(share.amounts);
  return {
    kind: 'update',
    key: { pk: rollupPartition(tenant, share.rollup, share.partition), sk: `${share.cell}#${labelOf(share)}` },
    update: {
      text: `ADD ${names.map((_, index) => `#a${String(index)} :a${String(index)}`).join(', ')}`,
      names: Object.fromEntries(names.map((name, index) => [`#a${String(index)}`, name])),
      values: Object.fromEntries(names.map((name, index) => [`:a${String(index)}`, share.amounts[name]])),
    },
  };
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

/** Whether an actor may count a cell: its right to read reaches the owner of its records, who may be nobody. */
export const mayCount = (actor: Actor, of: AnyEntity, owner: string): boolean =>
  mayReach(actor, scopeOf(actor, of.name, 'read'), owner);
