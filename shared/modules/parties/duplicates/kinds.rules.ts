import type { AnyEntity, AnyRow, Registry } from '#kernel';
import { identityOf, type Identity, type Known } from './identity.rules.ts';

/** Records that may be duplicates of one another, under the extension point `duplicates.kinds`. */
export type DuplicateKind = {
  readonly of: AnyEntity;
  /** The fields that say who it is: a change to one of them asks for another look. */
  readonly fields: readonly string[];
  /** What a record says about who it is. */
  known(row: AnyRow): Known;
  /** Fields that a merge makes of both values by a rule of their own. */
  readonly merging?: Readonly<Record<string, (survivor: unknown, loser: unknown) => unknown>>;
};

/** The extension point by which an entity takes part: keys, candidates, merges. */
export const duplicateKinds = 'duplicates.kinds';

/** Everything that takes part. */
export const kindsOf = (registry: Registry): readonly DuplicateKind[] =>
  registry.contributions(duplicateKinds) as readonly DuplicateKind[];

/** The kind of an entity; undefined when it takes no part. */
export const kindOf = (registry: Registry, entity: string): DuplicateKind | undefined =>
  kindsOf(registry).find(({ of }) => of.name === entity);

/** Who a record is. */
export const identityIn = (kind: DuplicateKind, row: AnyRow): Identity => identityOf(kind.known(row));
