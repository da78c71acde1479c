import type { PanelSection } from '#modules/engagement/activities';
import { Opportunity } from './opportunity.entity.ts';

/** One's own opportunities that have not moved for too long, for the panel. */
export const staleSection: PanelSection = {
  name: 'staleOpportunities',
  describes: 'One’s own open opportunities that have not moved for as long as their stage allows.',
  load: async ({ data, actor }) => {
    if (actor.userId === undefined) return [];
    const where = { owner: { eq: actor.userId }, isStale: { eq: true } };
    return (await data(Opportunity).list({ where, first: 100 })).rows;
  },
};
