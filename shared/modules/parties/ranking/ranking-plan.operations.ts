import type { Context } from '#kernel';
import { dayAfter, instantOf } from '#modules/platform/settings';
import { planId, RankingPlan } from './ranking-plan.entity.ts';

/** When nobody works: two in the morning, by the tenant's clock. */
const minuteOfNight = 120;

/** The next night from now. */
export const nextNight = ({ clock, actor }: Context): string =>
  new Date(instantOf({ day: dayAfter(clock.today()), minute: minuteOfNight }, actor.timeZone)).toISOString();

/** Something was bought, or was not after all: customers are ranked anew in the next night. */
export const planRanking = async (context: Context): Promise<void> => {
  const plans = context.trusted(RankingPlan);
  const plan = await plans.find(planId);
  if (plan?.nextAt !== undefined) return;
  const nextAt = nextNight(context);
  if (plan) plans.update(plan, { nextAt });
  else plans.create({ nextAt }, { id: planId });
};
