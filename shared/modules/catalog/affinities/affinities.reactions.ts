import { reaction } from '#kernel';
import { evaluateAnew } from '#modules/parties/segments';
import { affinities } from './affinity-relation.operations.ts';

/** Tastes are told by the product: in which family it is and how it is made is looked up. */
export const followProducts = reaction('affinitiesFollowProducts', {
  describes: 'Segments by tastes are gone through anew when products change their family or characteristics.',
  on: ['product.*'],
  run: async ({ changed, record }, context) => {
    if (record.version === 1 || !('family' in changed || 'characteristics' in changed)) return;
    await evaluateAnew(context, affinities);
  },
});
