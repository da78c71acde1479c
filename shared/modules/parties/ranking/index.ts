import { module } from '#kernel';
import { purchasesByMonth, rankOrder } from './purchases.projections.ts';
import { rankAccountsJob, rankInTheNight } from './rank.jobs.ts';
import { rankingFields } from './ranked-account.entity.ts';
import { RankingPlan } from './ranking-plan.entity.ts';
import { customerRanking, rankAccount, rankAccounts, setRankingPlan } from './ranking.operations.ts';

/** How customers stand among each other. */
export const ranking = module('parties/ranking', {
  entities: [RankingPlan],
  extensions: [
    { of: 'Account', fields: rankingFields, events: { ranked: 'Its class or its place among the customers changed.' } },
  ],
  operations: [setRankingPlan, rankAccounts, rankAccount, customerRanking],
  jobs: [rankAccountsJob],
  projections: [purchasesByMonth, rankOrder],
  timers: [rankInTheNight],
});
export { purchaseSources, type Purchase, type PurchaseSource } from './purchases.projections.ts';
export { RankedAccount, type RankedAccountRow } from './ranked-account.entity.ts';
export { planRanking } from './ranking-plan.operations.ts';
