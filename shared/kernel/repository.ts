// The repository: records of one entity for one actor, within one unit of work.
import type { AnyEntity, ChangesOf, DraftOf, KeyOf, Row, StateOf } from './entity.ts';
import type { ListQuery } from './listing.ts';
import type { Page } from './page.ts';

/** What a write may say besides its values. */
export type WriteOptions = {
  /** The event's type when `created`, `updated` or the state's own verb does not say it: `opportunity.taken-over`. */
  readonly event?: string;
  /** Also where the record is archived or frozen: for references that follow a merged record, of which no business rule speaks. */
  readonly evenFrozen?: boolean;
  /** What the product keeps up by itself, beside people's work: it makes no form stale, and history and timeline leave it out. */
  readonly aside?: boolean;
};

/** A page of one declared key: `of` is the value of the key's partition (a parent's id, a state); absent for gsi3. */
export type KeyQuery = {
  readonly of?: string;
  readonly first?: number;
  readonly after?: string;
  readonly descending?: boolean;
  /** Only open or only closed records, where the key tells them apart. Open when not said. */
  readonly open?: boolean;
  /** Bounds on the key's sort field, inclusive. */
  readonly from?: string;
  readonly to?: string;
};

/** Records of one entity. Writes are kept until the operation ends: one write per row, one event per version. */
export type Repository<E extends AnyEntity> = {
  /** @throws NOT_FOUND when there is none, or the actor may not see it. In a mutation the read is consistent. */
  get(id: string): Promise<Row<E>>;
  find(id: string): Promise<Row<E> | undefined>;
  /** Those that exist and may be seen, in one round trip. */
  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Row<E>>>;
  /** The record that holds a unique value. */
  findUnique(field: Extract<keyof E['fields'], string>, value: string): Promise<Row<E> | undefined>;
  /** The records that hold these unique values, by value as it was asked for; two requests for a hundred values. */
  findAllUnique(
    field: Extract<keyof E['fields'], string>,
    values: readonly string[],
  ): Promise<ReadonlyMap<string, Row<E>>>;
  /** The record with a natural key (gsi5). */
  findByNaturalKey(value: string): Promise<Row<E> | undefined>;
  /** A planned list, as the API's lists are. Rows of lists hold no parts. */
  list(query: ListQuery): Promise<Page<Row<E>>>;
  /** A page of one declared key, without planning. */
  page(key: KeyOf<E>, query: KeyQuery): Promise<Page<Row<E>>>;
  create(values: DraftOf<E>, options?: WriteOptions & { readonly id?: string }): Row<E>;
  update(row: Row<E>, changes: ChangesOf<E>, options?: WriteOptions): Row<E>;
  /** To another state. @throws INVALID_STATE with the states that are allowed. */
  move(row: Row<E>, state: StateOf<E>, changes?: ChangesOf<E>, options?: WriteOptions): Row<E>;
  archive(row: Row<E>, options?: WriteOptions): Row<E>;
  restore(row: Row<E>, options?: WriteOptions): Row<E>;
  /** Makes the unit's writes depend on this row: they fail with CONFLICT when it has changed since it was read. */
  hold(row: Row<E>): void;
};
