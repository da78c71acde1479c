import { module } from '#kernel';
import { segmentRelations } from '#modules/parties/segments';
import { accountAffinities } from './affinities.operations.ts';
import { followProducts } from './affinities.reactions.ts';
import { ownSignals } from './signals.rules.ts';

/** What accounts like, as their purchases, words and activities show. */
export const affinities = module('catalog/affinities', {
  operations: [accountAffinities],
  reactions: [followProducts],
  contributes: { [segmentRelations]: ownSignals },
});
export { affinitiesShownBy, type Shown } from './affinity-relation.operations.ts';
