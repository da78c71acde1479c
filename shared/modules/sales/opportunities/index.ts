import { module } from '#kernel';
import { adapterPoint } from '#modules/platform/imports';
import { panelSections } from '#modules/engagement/activities';
import { accountSections, type AccountSection } from '#modules/parties/accounts';
import { board, closestToClosing, forecast } from './board.operations.ts';
import { Opportunity } from './opportunity.entity.ts';
import { opportunityAdapter } from './opportunity-imports.operations.ts';
import { changePipeline, createOpportunity, moveOpportunity, updateOpportunity } from './opportunity.operations.ts';
import { opportunityTotals } from './opportunity.projections.ts';
import { staleSection } from './stale.operations.ts';
import { flagStale, noteActivity } from './opportunity.reactions.ts';

export { Opportunity } from './opportunity.entity.ts';
export { createOpportunity, enterStage, moveOpportunity } from './opportunity.operations.ts';
export { opportunityTotals } from './opportunity.projections.ts';

const openOnes: AccountSection = {
  name: 'opportunities',
  describes: 'The open opportunities of the account, the nearest to its close first.',
  of: Opportunity,
  key: 'byAccount',
  descending: false,
  first: 10,
};

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
  contributes: { [adapterPoint]: [opportunityAdapter], [panelSections]: [staleSection], [accountSections]: [openOnes] },
});
