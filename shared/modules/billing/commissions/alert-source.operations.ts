import { given, type Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { soldBy } from '#modules/billing/earnings';
import { Product } from '#modules/catalog/products';
import type { AlertSource, Goal } from '#modules/platform/alerts';
import { peopleOf, Team } from '#modules/platform/teams';
import { CommissionPool } from './commission-pool.entity.ts';
import { isPersonal, SalesTarget, type SalesTargetRow } from './sales-target.entity.ts';

/** Targets that one look goes through. */
const mostTargets = 2000;

/** What was sold so far in a period, as commissions count it; the most of several plans. Undefined where none has counted. */
const countedFor = async (
  { trusted }: Context,
  { user, from, to, amount }: SalesTargetRow,
): Promise<number | undefined> => {
  const { rows } = await trusted(CommissionPool).page('bySeller', { of: user, from, to: from, first: 20 });
  const same = rows.filter((pool) => pool.to === to && pool.sold.currency === amount.currency);
  return same.length === 0 ? undefined : Math.max(...same.map(({ sold }) => sold.minor));
};

/** What a person or the people of a team have sold towards a target: as commissions count it, else what was invoiced. */
const soldFor = async (context: Context, target: SalesTargetRow, users: readonly string[]): Promise<number> => {
  const { from, to, product, amount } = target;
  const counted = isPersonal(target) ? await countedFor(context, target) : undefined;
  return counted ?? soldBy(context, { users, from, to, product, currency: amount.currency });
};

/** What people are to sell, against what they have sold. */
export const salesTargets: AlertSource = {
  key: 'SALES_TARGET',
  kind: 'GOAL',
  describes: 'What somebody, or the people of a team together, are to sell in a period, as `SalesTarget` says.',
  goals: async (context, today) => {
    const page = (asked: object) => context.trusted(SalesTarget).page('all', { ...asked, to: today });
    const { rows } = await readOn(page, mostTargets);
    const current = rows.filter(({ to, archivedAt }) => to >= today && archivedAt === undefined);
    const [teams, products] = await Promise.all([
      context.trusted(Team).getMany(current.flatMap(({ team }) => team ?? [])),
      context.trusted(Product).getMany(current.flatMap(({ product }) => product ?? [])),
    ]);
    const goals = current.map(async (target): Promise<Goal> => {
      const { id, user, team, product, from, to, amount } = target;
      const whose = teams.get(team ?? '');
      const actual = await soldFor(context, target, whose ? peopleOf(whose) : [user]);
      const about = products.get(product ?? '')?.name;
      const { minor, currency } = amount;
      return given({ key: id, record: id, user, team, from, to, target: minor, actual, currency, about });
    });
    return Promise.all(goals);
  },
};
