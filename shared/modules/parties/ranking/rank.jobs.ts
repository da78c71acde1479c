import { job, moneyOf, timer, type ChangesOf, type JobContext, type Piece, type RowResult } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { startJob } from '#modules/platform/jobs';
import { readPurchases, type Period } from './purchases.operations.ts';
import { planId, RankingPlan, type RankingPlanRow } from './ranking-plan.entity.ts';
import { nextNight } from './ranking-plan.operations.ts';
import { RankedAccount, type RankedAccountRow } from './ranked-account.entity.ts';
import { standings, type Bought, type Standing } from './ranking.rules.ts';

/** Accounts of one chunk. */
const perChunk = 90;

type Outcome = {
  readonly source: string;
  readonly period: Period;
  readonly bought: ReadonlyMap<string, Bought>;
  readonly standing: ReadonlyMap<string, Standing>;
};

/** What all chunks of a job go by. It is computed once a minute at most. */
const outcomeOf = (context: JobContext, period: Period, plan: RankingPlanRow): Promise<Outcome> =>
  rememberFor(context, `ranking ${context.jobId}`, async () => {
    const { source, bought } = await readPurchases(context, period, plan.source);
    const standing = standings(bought, { a: Number(plan.aShare), b: Number(plan.bShare) });
    return { source, period, bought, standing };
  });

/** Ranks all accounts by what they bought in a period. */
export const rankAccountsJob = job<Period>('rankAccounts', {
  describes:
    'Ranks customers by what they bought: in classes A, B and C by revenue, and by recency, frequency and money.',
  needs: 'rankingPlan.run',
  chunk: async (period, cursor, context) => {
    const plan = await context.trusted(RankingPlan).get(planId);
    const outcome = await outcomeOf(context, period, plan);
    const page = await context
      .trusted(RankedAccount)
      .page('byName', { first: perChunk, ...(cursor !== undefined && { after: cursor }) });
    const changing = page.rows.filter((row) => isOther(row, outcome, context.actor.currency));
    const outcomes = await context.together(changing.map(({ id }) => ranking(id, outcome, context)));
    return {
      results: outcomes.map(({ status, record }, row): RowResult => ({
        row: row + 1,
        status,
        ...(record !== undefined && { record }),
      })),
      ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }),
    };
  },
  finish: async (period, context) => {
    const plan = await context.trusted(RankingPlan).get(planId);
    const { source, standing } = await outcomeOf(context, period, plan);
    const goesOn = standing.size > 0 && plan.nextAt === undefined;
    context.trusted(RankingPlan).update(plan, {
      lastAt: context.clock.instant(),
      ...(goesOn && { nextAt: nextNight(context) }),
    });
    return { ...period, source, customers: standing.size };
  },
});

const ranking = (id: string, outcome: Outcome, { jobId, actor, clock }: JobContext): Piece => ({
  key: `${jobId} ${id}`,
  reads: [id],
  run: async ({ trusted }) => {
    const account = await trusted(RankedAccount).get(id);
    if (account.archivedAt !== undefined || !isOther(account, outcome, actor.currency)) return account;
    const changes = rankedAs(account, outcome, actor.currency, clock.instant());
    return trusted(RankedAccount).update(account, changes, { event: 'account.ranked' });
  },
});

/** Whether a ranking would change what is told of an account; that others bought more or less is no news of it. */
const isOther = (account: RankedAccountRow, outcome: Outcome, currency: string): boolean => {
  const { rank, rfmSegment, ranking: now } = rankedAs(account, outcome, currency, '');
  const was = account.ranking;
  if ((rank ?? undefined) !== account.rank || (rfmSegment ?? undefined) !== account.rfmSegment) return true;
  return newsOf(now ?? undefined) !== newsOf(was);
};

const newsOf = (told: RankedAccountRow['ranking']): string => {
  if (!told) return '';
  const { share: _share, cumulative: _cumulative, from: _from, to: _to, at: _at, revenue, ...news } = told;
  return JSON.stringify([revenue.minor, Object.entries(news).sort()]);
};

type Ranked = Pick<ChangesOf<typeof RankedAccount>, 'rank' | 'rfmSegment' | 'ranking'>;

/** Customers who bought nothing in the period are a C. */
const rankedAs = (account: RankedAccountRow, outcome: Outcome, currency: string, at: string): Ranked => {
  const standing = outcome.standing.get(account.id);
  const bought = outcome.bought.get(account.id);
  const given = account.manualRank?.rank;
  if (!standing || !bought)
    return { rank: given ?? (account.lifecycle === 'CUSTOMER' ? 'C' : null), rfmSegment: null, ranking: null };
  const { segment, share, cumulative, ...rest } = standing;
  const explained = {
    ...rest,
    share: rounded(share),
    cumulative: rounded(cumulative),
    revenue: moneyOf(bought.revenue, currency),
    days: bought.days,
    lastOn: bought.lastOn,
    source: outcome.source,
    ...outcome.period,
    at,
  };
  return { rank: given ?? rest.rank, rfmSegment: segment, ranking: explained };
};

const rounded = (percentage: number): number => Math.round(percentage * 100) / 100;

/** The night has come. */
export const rankInTheNight = timer(RankingPlan, {
  describes: 'Ranks customers in the night after something was bought.',
  run: (plan, context) => {
    startJob(context, rankAccountsJob, periodOf(plan, context.clock.today()));
    context.trusted(RankingPlan).update(plan, { nextAt: null });
    return Promise.resolve();
  },
});

/** The days that count on a day. */
export const periodOf = ({ periodDays }: Pick<RankingPlanRow, 'periodDays'>, to: string): Period => ({
  from: new Date(new Date(to).getTime() - (periodDays - 1) * 86_400_000).toISOString().slice(0, 10),
  to,
});
