// The table port: what the domain may ask of the one DynamoDB table. Adapters live in shared/aws; the embedded
// engine and AWS answer alike (test/contract). Values are plain JSON values and `Decimal` (an exact number).

/** Primary key of an item. `pk` always begins with the tenant (or with `system#` for the directory of tenants). */
export type Key = { readonly pk: string; readonly sk: string };

/** A stored item: its key and any attributes. */
export type Item = Key & { readonly [attribute: string]: unknown };

/** The secondary indexes of the table (design.md section 5). */
export type IndexName = 'gsi1' | 'gsi2' | 'gsi3' | 'gsi4' | 'gsi5' | 'due';

/** A DynamoDB expression with its placeholders: `names` keys start with `#`, `values` keys with `:`. */
export type Expression = {
  readonly text: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
};

/** One write of a batch or transaction. */
export type Write =
  | { readonly kind: 'put'; readonly item: Item; readonly condition?: Expression }
  | { readonly kind: 'update'; readonly key: Key; readonly update: Expression; readonly condition?: Expression }
  | { readonly kind: 'delete'; readonly key: Key; readonly condition?: Expression }
  | { readonly kind: 'check'; readonly key: Key; readonly condition: Expression };

/** A bound on the sort key. Bounds are inclusive. */
export type SortRange = { readonly beginsWith: string } | { readonly from?: string; readonly to?: string };

/** Position after which a page goes on: the key attributes that DynamoDB calls LastEvaluatedKey. */
export type Position = Readonly<Record<string, unknown>>;

/** One Query request. `limit` counts evaluated items, before `filter`. */
export type QuerySpec = {
  readonly index?: IndexName;
  readonly pk: string;
  readonly sort?: SortRange;
  readonly filter?: Expression;
  /** Which attributes the items shall have; all when not said. It saves bytes and time, no units. */
  readonly attributes?: readonly string[];
  readonly limit?: number;
  readonly descending?: boolean;
  readonly after?: Position;
  /** Strongly consistent; only on the table itself. */
  readonly consistent?: boolean;
};

/** One page of a Query. `next` is absent on the last page; `scanned` counts evaluated items. */
export type QueryPage = { readonly items: readonly Item[]; readonly next?: Position; readonly scanned: number };

/** Counts what a request costs. `trips` counts sequential waves: requests that overlap in time count once. */
export type Meter = { readUnits: number; writeUnits: number; requests: number; trips: number; inFlight: number };

/** The table. Throttles, transaction conflicts and unprocessed items are retried inside, with full jitter and a limit. */
export type Table = {
  get(key: Key, options?: { readonly consistent?: boolean }): Promise<Item | undefined>;
  /** Any number of keys, duplicates allowed; missing items are left out; order is not kept. */
  batchGet(keys: readonly Key[], options?: { readonly consistent?: boolean }): Promise<readonly Item[]>;
  query(spec: QuerySpec): Promise<QueryPage>;
  /** @throws ConditionFailed (with the existing item when there is one), ItemTooLarge */
  write(write: Write): Promise<void>;
  /** All or nothing, at most 100 writes. @throws TransactionCancelled, ItemTooLarge */
  transact(writes: readonly Write[]): Promise<void>;
  /** Puts and deletes without conditions, any number, not atomic. */
  batchWrite(writes: readonly (Extract<Write, { kind: 'put' }> | Extract<Write, { kind: 'delete' }>)[]): Promise<void>;
  /** The same table, counting into `meter`. */
  metered(meter: Meter): Table;
};

/** A fresh meter, all zero. */
export const newMeter = (): Meter => ({ readUnits: 0, writeUnits: 0, requests: 0, trips: 0, inFlight: 0 });

/** A single write whose condition did not hold. */
export class ConditionFailed extends Error {
  override readonly name = 'ConditionFailed';
  readonly existing: Item | undefined;
  constructor(existing?: Item) {
    super('The condition of a write did not hold.');
    this.existing = existing;
  }
}

/** Why one write of a transaction did not go through; `NONE` for those that would have. */
export type CancellationReason = {
  readonly code: 'NONE' | 'CONDITION_FAILED' | 'CONFLICT' | 'THROTTLED' | 'OTHER';
  readonly existing?: Item;
};

/** A transaction that was refused, with one reason per write, in order. */
export class TransactionCancelled extends Error {
  override readonly name = 'TransactionCancelled';
  readonly reasons: readonly CancellationReason[];
  constructor(reasons: readonly CancellationReason[]) {
    super(`A transaction was cancelled: ${reasons.map((reason) => reason.code).join(', ')}.`);
    this.reasons = reasons;
  }
}

/** An item over DynamoDB's 400 KB. `bytes` is unknown when an update made it outgrow the limit in the table. */
export class ItemTooLarge extends Error {
  override readonly name = 'ItemTooLarge';
  readonly key: Key;
  readonly bytes: number | undefined;
  constructor(key: Key, bytes?: number) {
    super(
      `Item ${key.pk} / ${key.sk} has ${bytes === undefined ? 'too many' : String(bytes)} bytes; the table takes 400 KB.`,
    );
    this.key = key;
    this.bytes = bytes;
  }
}

/** The table throttled, failed or could not be reached until the tries were used up; the write may have been applied. */
export class TableUnavailable extends Error {
  override readonly name = 'TableUnavailable';
  readonly attempts: number;
  constructor(attempts: number, cause: unknown) {
    super(`The table gave no answer in ${String(attempts)} tries.`, { cause });
    this.attempts = attempts;
  }
}
