import type { Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import type { AlertSource, Goal } from '#modules/platform/alerts';
import { CommissionPool } from './commission-pool.entity.ts';
import { SalesTarget, type SalesTargetRow } from './sales-target.entity.ts';

/** Targets that one look goes through. */
const mostTargets = 2000;

/** What was sold so far in a period, as commissions count it; the most of several plans. */
const soldFor = async ({ trusted }: Context, { user, from, to, amount }: SalesTargetRow): Promise<number> => {
  const { rows } = await trusted(CommissionPool).page('bySeller', { of: user, from, to: from, first: 20 });
  const same = rows.filter((pool) => pool.to === to && pool.sold.currency === amount.currency);
  return Math.max(0, ...same.map(({ sold }) => sold.minor));
};

/** What people are to sell, against what they have sold. */
export const salesTargets: AlertSource = {
  key: 'SALES_TARGET',
  kind: 'GOAL',
  describes: 'What somebody is to sell in a period of a commission plan, as `SalesTarget` says.',
  goals: async (context, today) => {
    const page = (asked: object) => context.trusted(SalesTarget).page('all', { ...asked, to: today });
    const { rows } = await readOn(page, mostTargets);
    const current = rows.filter(({ to, archivedAt }) => to >= today && archivedAt === undefined);
    const goals = current.map(async (target): Promise<Goal> => {
      const { id, user, from, to, amount } = target;
      const actual = await soldFor(context, target);
      return { key: id, record: id, user, from, to, target: amount.minor, actual, title: `${from} - ${to}` };
    });
    return Promise.all(goals);
  },
};
