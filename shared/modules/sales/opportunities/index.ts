import { module } from '#kernel';
import { panelSections } from '#modules/engagement/activities';
import { board, closestToClosing, forecast } from './board.operations.ts';
import { Opportunity } from './opportunity.entity.ts';
import { changePipeline, createOpportunity, moveOpportunity, updateOpportunity } from './opportunity.operations.ts';
import { opportunityTotals } from './opportunity.projections.ts';
import { staleSection } from './stale.operations.ts';
import { flagStale, noteActivity } from './opportunity.reactions.ts';

export { Opportunity } from './opportunity.entity.ts';
export { createOpportunity, enterStage, moveOpportunity } from './opportunity.operations.ts';
export { opportunityTotals } from './opportunity.projections.ts';

/** Opportunities: the sales that may come about, their board and their forecast. */
export const opportunities = module('sales/opportunities', {
  entities: [Opportunity],
  operations: [
    createOpportunity,
    updateOpportunity,
    moveOpportunity,
    changePipeline,
    board,
    closestToClosing,
    forecast,
  ],
  reactions: [noteActivity],
  rollups: [opportunityTotals],
  timers: [flagStale],
  contributes: { [panelSections]: [staleSection] },
});
