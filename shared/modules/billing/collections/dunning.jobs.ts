// Each morning all who owe are looked at, account by account, each in a write of its own.
import { given, job, mutation, reaction, timer, type Context, type Piece } from '#kernel';
import { readDebtors } from '#modules/billing/payments';
import { Job, startJob } from '#modules/platform/jobs';
import { dayAfter, instantOf } from '#modules/platform/settings';
import { DunningPlan, dunningPlanId } from './dunning-plan.entity.ts';
import { DunningPolicy } from './dunning-policy.entity.ts';
import { dunAccount } from './dunning.operations.ts';

/** Accounts of one chunk. */
const perChunk = 25;
/** Seven in the morning, by the tenant's clock. */
const minuteOfMorning = 420;
const mostPolicies = 100;

const nextMorning = ({ clock, actor }: Context): string =>
  new Date(instantOf({ day: dayAfter(clock.today()), minute: minuteOfMorning }, actor.timeZone)).toISOString();

const isAnyPolicyActive = async ({ trusted }: Context): Promise<boolean> => {
  const { rows } = await trusted(DunningPolicy).page('all', { first: mostPolicies });
  return rows.some(({ active, archivedAt }) => active && archivedAt === undefined);
};

type Debtor = { readonly key: string; readonly account: string };

/** Looks at everybody who owes. */
export const dunCustomers = job<object>('dunCustomers', {
  describes: 'Looks at all accounts that owe: counts what is late, and writes the letters that are due.',
  needs: 'dunningPolicy.run',
  chunk: async (_input, cursor, context) => {
    const { debtors, isLast } = await readDebtors(context, given({ after: cursor, limit: perChunk }));
    const outcomes = await context.together(debtors.map((account) => dunning({ key: context.jobId, account })));
    const last = debtors.at(-1);
    return {
      results: outcomes.map(({ status, record }, row) => ({ row: row + 1, status, ...given({ record }) })),
      ...(!isLast && last !== undefined && { next: last }),
    };
  },
  finish: async (_input, context) => {
    const plan = await context.trusted(DunningPlan).find(dunningPlanId);
    const changes = { lastAt: context.clock.instant() };
    if (plan) context.trusted(DunningPlan).update(plan, changes);
    else context.trusted(DunningPlan).create(changes, { id: dunningPlanId });
    return {};
  },
});

const dunning = ({ key, account }: Debtor): Piece => ({
  key: `${key} ${account}`,
  reads: [account],
  run: (context) => dunAccount(context, account),
});

export const runDunning = mutation('runDunning', {
  describes: 'Looks at all accounts that owe now, not only in the morning: letters that are due are written.',
  needs: 'dunningPolicy.run',
  input: {},
  returns: Job,
  run: (_input, context) => Promise.resolve(startJob(context, dunCustomers, {})),
});

export const dunInTheMorning = timer(DunningPlan, {
  describes: 'Looks each morning at who owes.',
  run: async (plan, context) => {
    startJob(context, dunCustomers, {});
    // Whatever becomes of this morning's job, the next morning comes.
    const nextAt = (await isAnyPolicyActive(context)) ? nextMorning(context) : null;
    context.trusted(DunningPlan).update(plan, { nextAt });
  },
});

export const planDunning = reaction('planDunning', {
  describes: 'Once a policy is active, who owes is looked at each morning.',
  on: ['dunningPolicy.*'],
  run: async (_event, context) => {
    const plans = context.trusted(DunningPlan);
    const plan = await plans.find(dunningPlanId);
    if (plan?.nextAt !== undefined || !(await isAnyPolicyActive(context))) return;
    const nextAt = nextMorning(context);
    if (plan) plans.update(plan, { nextAt });
    else plans.create({ nextAt }, { id: dunningPlanId });
  },
});
