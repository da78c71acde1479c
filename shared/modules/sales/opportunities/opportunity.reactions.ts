import { reaction, timer } from '#kernel';
import { Opportunity } from './opportunity.entity.ts';

/** Something was done for the opportunity: it is not stale. */
export const noteActivity = reaction('noteActivityOnOpportunity', {
  describes: 'A finished activity is movement: the opportunity is not stale, and its clock starts anew.',
  on: ['activity.completed'],
  run: async (event, { trusted, clock }) => {
    const id = event.data?.['opportunity'];
    if (typeof id !== 'string') return;
    const row = await trusted(Opportunity).find(id);
    if (!row || row.archivedAt !== undefined) return;
    const at = typeof event.data?.['completedAt'] === 'string' ? event.data['completedAt'] : clock.instant();
    if (row.lastActivityAt !== undefined && row.lastActivityAt >= at) return;
    trusted(Opportunity).update(row, { lastActivityAt: at, isStale: false });
  },
});

/** Nothing has moved for longer than the stage allows. */
export const flagStale = timer(Opportunity, {
  describes: 'Flags an opportunity that has not moved for as long as its stage allows.',
  run: (row, { trusted }) => {
    trusted(Opportunity).update(row, { isStale: true }, { event: 'opportunity.becameStale' });
    return Promise.resolve();
  },
});
