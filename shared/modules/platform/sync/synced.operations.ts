import type { AnyEntity, Context } from '#kernel';

/** The extension point: entities whose records people carry on a phone. They have an owner and a gsi2 key. */
export const syncPoint = 'sync.entities';

/** Those entities, with the fields that extensions add. */
export const syncedEntities = ({ registry }: Pick<Context, 'registry'>): readonly AnyEntity[] =>
  registry.contributions(syncPoint).map((of) => registry.entity((of as AnyEntity).name));

/** Their names. */
export const syncedTypes = (context: Pick<Context, 'registry'>): readonly string[] =>
  syncedEntities(context).map(({ name }) => name);
