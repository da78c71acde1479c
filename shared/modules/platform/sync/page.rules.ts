import type { AnyRow } from '#kernel';

/** How far a client has come. While `step` is there, its first copy is not complete; `feed` is where changes go on. */
export type Place = {
  readonly feed: readonly number[];
  readonly step?: number;
  /** Within the step: the cursor of the page before. */
  readonly within?: string;
};

/** One page for a client, and where the next one begins. */
export type SyncPage = {
  readonly records: readonly AnyRow[];
  readonly removed: readonly Removal[];
  readonly place: Place;
  readonly hasMore: boolean;
};

/** Why a record is to be forgotten. */
export const removalReasons = ['ARCHIVED', 'ERASED', 'NOT_YOURS'] as const;
/** A record that a client should forget. */
export type Removal = {
  readonly id: string;
  readonly type: string;
  readonly reason: (typeof removalReasons)[number];
};
