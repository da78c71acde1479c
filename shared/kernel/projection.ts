// Projections: read models that are functions of the row, never of the event (design.md section 4).
import type { AnyEntity, AnyRow, Row } from './entity.ts';
import type { Registry } from './registry.ts';

/** An item of a read model, without the tenant: `partition` and `sort` are completed to the table's key. */
export type ProjectedItem = {
  readonly partition: string;
  readonly sort: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** A second place at which the item is found, in gsi4: it costs no item of its own. */
  readonly also?: Pick<ProjectedItem, 'partition' | 'sort'>;
};

/** Read-model items that follow a record. What it no longer yields is removed. */
export type Projection = {
  readonly name: string;
  readonly describes: string;
  /** Entity names, or `*`. */
  readonly of: readonly string[];
  /** Pure. Archived rows are passed too; most projections answer nothing for them. */
  items(row: AnyRow, of: AnyEntity, registry: Registry): readonly ProjectedItem[];
  /** A natural key (gsi5) by which the record is found besides its own: it costs no item, for the memo bears it. One projection has it. */
  mark?(row: AnyRow, of: AnyEntity, registry: Registry): string | undefined;
};

/** Declares a projection. */
export const projection = (name: string, spec: Omit<Projection, 'name'>): Projection => ({ name, ...spec });

/** A share of a total: which cell, and what the record adds to it. Amounts are integers (minor units, counts). */
export type Contribution = {
  /** Cells of one partition are read in one Query: `2026-11`. */
  readonly partition: string;
  /** The cell within it: `stage#WON#owner#usr_...`; words are joined with `#`. */
  readonly cell: string;
  readonly amounts: Readonly<Record<string, number>>;
};

/** Totals kept by folding each record's contribution in, minus the one it made before. */
export type Rollup = {
  readonly name: string;
  readonly describes: string;
  readonly of: string;
  /** Cells are spread over so many items within a partition, against hot keys; read together. */
  readonly shards: number;
  contributions(row: AnyRow): readonly Contribution[];
};

/** Declares a roll-up of an entity's records. */
export const rollup = <E extends AnyEntity>(
  name: string,
  spec: Omit<Rollup, 'name' | 'of' | 'contributions'> & {
    readonly of: E;
    contributions(row: Row<E>): readonly Contribution[];
  },
): Rollup => ({
  name,
  ...spec,
  of: spec.of.name,
  contributions: (row) => spec.contributions(row as unknown as Row<E>),
});
