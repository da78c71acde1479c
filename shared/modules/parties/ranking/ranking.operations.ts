import {
  boolean,
  choice,
  defaulted,
  DomainError,
  integer,
  mutation,
  optional,
  percent,
  query,
  records,
  ref,
  text,
  versionInput,
  type ChangesOf,
  type Context,
} from '#kernel';
import { openCursor, sealCursor } from '#kernel/cursor';
import { Job, startJob } from '#modules/platform/jobs';
import { rankPartition, sourcesOf } from './purchases.projections.ts';
import { periodOf, rankAccountsJob } from './rank.jobs.ts';
import { planId, RankingPlan, type RankingPlanRow } from './ranking-plan.entity.ts';
import { RankedAccount, type RankedAccountRow } from './ranked-account.entity.ts';
import { ranks } from './ranking.rules.ts';

/** The tenant's plan, with other settings; the usual one, where it has none yet. */
const planWith = async (context: Context, changes: ChangesOf<typeof RankingPlan>): Promise<RankingPlanRow> => {
  const plans = context.data(RankingPlan);
  const plan = await plans.find(planId);
  if (plan) return plans.update(plan, changes);
  const values = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
  return plans.create(values, { id: planId });
};

export const setRankingPlan = mutation('setRankingPlan', {
  describes: 'Settles how customers are ranked: absent settings stay. They hold from the next ranking on.',
  needs: 'rankingPlan.configure',
  input: {
    periodDays: optional(integer({ min: 1, max: 3650, describes: 'How many days back purchases count.' })),
    aShare: optional(percent({ describes: 'Share of all revenue, up to which customers are A.' })),
    bShare: optional(percent({ describes: 'Share of all revenue, up to which customers are B.' })),
    source: optional(text({ max: 40, describes: 'Which purchases count.' })),
  },
  returns: RankingPlan,
  fails: ['UNKNOWN_SOURCE'],
  run: (input, context) => {
    const names = sourcesOf(context.registry).map(({ name }) => name);
    if (input.source !== undefined && !names.includes(input.source))
      throw new DomainError('UNKNOWN_SOURCE', `There are purchases from ${names.join(', ')}.`, ['source']);
    return planWith(context, input);
  },
});

export const rankAccounts = mutation('rankAccounts', {
  describes: 'Ranks all customers now. It happens by itself in the night after something was bought.',
  needs: 'rankingPlan.run',
  input: {},
  returns: Job,
  run: async (_input, context) => {
    const plan = await planWith(context, {});
    return startJob(context, rankAccountsJob, periodOf(plan, context.clock.today()));
  },
});

export const rankAccount = mutation('rankAccount', {
  describes: 'Gives a customer a class by hand, with its reason; without a class the computed one counts again.',
  needs: 'account.rank',
  input: {
    id: ref('Account', { describes: 'Which account.' }),
    version: optional(versionInput),
    rank: optional(choice(ranks, { named: 'Rank', describes: 'The class; the computed one when absent.' })),
    reason: text({ max: 500, min: 1, describes: 'Why.' }),
  },
  returns: RankedAccount,
  run: async ({ id, rank, reason }, { data, clock, actor }) => {
    const account = await data(RankedAccount).get(id);
    const computed = account.ranking?.rank ?? (account.lifecycle === 'CUSTOMER' && account.rank ? 'C' : null);
    const changes = {
      rank: rank ?? computed,
      manualRank: rank === undefined ? null : { rank, reason, by: actor.id, at: clock.instant() },
    };
    return data(RankedAccount).update(account, changes, { event: 'account.ranked' });
  },
});

/** Some more are read than shown, for those that the actor may not see. */
const spare = 2;

export const customerRanking = query('customerRanking', {
  describes: 'Customers by class, and within a class those first who bring in most.',
  needs: 'account.read',
  input: {
    rank: optional(choice(ranks, { named: 'Rank', describes: 'Only those of this class.' })),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many, at most.' }), 25),
    after: optional(text({ max: 1000, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    accounts: records(RankedAccount, 'Those that you may see; `ranking` says how they stand.'),
    hasNextPage: boolean({ describes: 'Whether there may be more.' }),
    endCursor: optional(text({ max: 1000, describes: 'Where to go on.' })),
  },
  run: async ({ rank, first, after }, context) => {
    const { ports, actor, data } = context;
    const pk = `${actor.tenant}#${rankPartition}`;
    const secret = await ports.secrets.get('signing');
    const asked = `customerRanking ${rank ?? ''}`;
    const { items, next } = await ports.table.query({
      pk,
      ...(rank !== undefined && { sort: { beginsWith: `${rank}#` } }),
      limit: first * spare,
      ...(after !== undefined && { after: { pk, sk: openCursor(secret, asked, after) } }),
    });
    const places = items.map(({ sk }) => ({ sk, id: sk.slice(sk.lastIndexOf('#') + 1) }));
    const visible = await data(RankedAccount).getMany(places.map(({ id }) => id));
    const shown = places.filter(({ id }) => visible.has(id));
    const page = shown.slice(0, first);
    const end = shown.length > first ? page.at(-1)?.sk : places.at(-1)?.sk;
    return {
      accounts: page.map(({ id }) => visible.get(id)).filter((row): row is RankedAccountRow => row !== undefined),
      hasNextPage: shown.length > first || next !== undefined,
      ...(end !== undefined && { endCursor: sealCursor(secret, asked, end) }),
    };
  },
});
