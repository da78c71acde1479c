import { module } from '#kernel';
import { readyPoint } from '#modules/platform/workflows';
import { stageUses } from '#modules/platform/flows';
import { adapterPoint } from '#modules/platform/imports';
import { listUses } from '#modules/platform/lists';
import { routesPoint } from '#modules/platform/mail-in';
import { syncPoint } from '#modules/platform/sync';
import { panelSections } from '#modules/engagement/activities';
import { figuresPoint, figureTotals, followFigures } from '#modules/engagement/segment-flow';
import { quietTotals, watchedRecords, type Watched } from '#modules/engagement/supervision';
import { accountSections, type AccountSection } from '#modules/parties/accounts';
import { segmentRelations } from '#modules/parties/segments';
import { board, closestToClosing, forecast } from './board.operations.ts';
import { emptyStage, opportunityStages } from './empty-stage.jobs.ts';
import { opportunityRoute } from './mail-route.operations.ts';
import { Opportunity } from './opportunity.entity.ts';
import { opportunityAdapter } from './opportunity-imports.operations.ts';
import {
  changePipeline,
  createOpportunity,
  moveOpportunity,
  opportunityLists,
  updateOpportunity,
} from './opportunity.operations.ts';
import { opportunityTotals } from './opportunity.projections.ts';
import { pipelineAsOf } from './pipeline-as-of.operations.ts';
import { opportunityRelations } from './segmentation.rules.ts';
import { opportunityFigures } from './segment-figures.rules.ts';
import { staleSection } from './stale.operations.ts';
import { flagStale, noteActivity, rejoinStage, reweigh } from './opportunity.reactions.ts';
import { reweighOpportunities } from './reweigh.jobs.ts';
import { readyWithOpportunities } from './ready-workflows.rules.ts';

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

/** Open ones ask for contact; what was done last for them is on them. */
const watched: Watched<typeof Opportunity> = {
  of: Opportunity,
  since: ({ stageKind, lastActivityAt, createdAt }) =>
    stageKind === 'OPEN' ? (lastActivityAt ?? createdAt) : undefined,
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
    pipelineAsOf,
  ],
  jobs: [reweighOpportunities, emptyStage],
  reactions: [noteActivity, reweigh, rejoinStage, followFigures(opportunityFigures)],
  rollups: [opportunityTotals, quietTotals(watched), opportunityLists.counts, figureTotals(opportunityFigures)],
  timers: [flagStale],
  contributes: {
    [readyPoint]: readyWithOpportunities,
    [adapterPoint]: [opportunityAdapter],
    [panelSections]: [staleSection],
    [routesPoint]: [opportunityRoute],
    [accountSections]: [openOnes],
    [listUses]: [opportunityLists],
    [stageUses]: [opportunityStages],
    [watchedRecords]: [watched],
    [figuresPoint]: [opportunityFigures],
    [syncPoint]: [Opportunity],
    [segmentRelations]: opportunityRelations,
  },
});
