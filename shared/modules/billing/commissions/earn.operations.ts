// What sellers earn by a sale, and lose when it is taken back: each once, at the rates of the day of the sale.
import { given, sum, zero, type Context, type Money } from '#kernel';
import type { Movement } from '#modules/billing/earnings';
import { Invoice } from '#modules/billing/invoices';
import { Product } from '#modules/catalog/products';
import { User } from '#modules/platform/users';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { CommissionEntry } from './commission-entry.entity.ts';
import { CommissionPlan, type CommissionPlanRow } from './commission-plan.entity.ts';
import { CommissionPool, type CommissionPoolRow } from './commission-pool.entity.ts';
import {
  attainmentOf,
  bonusIn,
  commissionLine,
  commissionPeriod,
  earnedIn,
  rateFor,
  sharedChange,
  withLines,
  type CommissionLine,
} from './pool.rules.ts';
import { SalesTarget } from './sales-target.entity.ts';
import { note, type Noted } from './statement.operations.ts';

/** The plans by which a seller earns. */
export const plansOf = async ({ trusted }: Context, seller: string): Promise<readonly CommissionPlanRow[]> =>
  (await trusted(CommissionPlan).page('byMember', { of: seller, first: 50 })).rows.filter(
    ({ active, archivedAt }) => active && archivedAt === undefined,
  );

/** Notes what a sale earns by a plan, once. Answers the pool that it counts in, where it does. */
export const earn = async (
  context: Context,
  plan: CommissionPlanRow,
  movement: Movement,
): Promise<CommissionPoolRow | undefined> => {
  const { owner, key, sale } = movement;
  const day = movement.basis === 'COLLECTED' ? movement.on : movement.soldOn;
  if (owner === undefined || !counts(plan, movement, day)) return undefined;
  const [first = owner] = earnersOf(plan, owner);
  if (await context.trusted(CommissionEntry).findUnique('place', `${plan.id}/${key}/${first}`)) return undefined;
  const lines = await linesOf(context, plan, movement, `${plan.id}/${sale}/${first}`);
  const base = sum(
    lines.map((line) => line.base),
    plan.currency,
  );
  const pool = await openPool(context, plan, owner, day);
  const checkAt = movement.isReversal ? undefined : await checkOf(context, plan, movement);
  await renew(context, plan, pool, lines, (user) => ({
    ...{ place: `${plan.id}/${key}/${user}`, kind: 'SALE', document: movement.document, sale, on: day, base, lines },
    ...given({ checkAt }),
  }));
  return pool;
};

const counts = (plan: CommissionPlanRow, movement: Movement, day: string): boolean => {
  const basis = plan.basis === 'MARGIN' ? 'INVOICED' : plan.basis;
  const isWithin = day >= plan.startsOn && (plan.endsOn === undefined || day <= plan.endsOn);
  return movement.basis === basis && movement.currency === plan.currency && isWithin;
};

const earnersOf = ({ splits }: CommissionPlanRow, owner: string): readonly string[] =>
  splits.length === 0 ? [owner] : splits.map(({ user }) => user);

/** The lines of a document with their rates: what is taken back has the rate that its sale had. */
const linesOf = async (
  { trusted }: Context,
  plan: CommissionPlanRow,
  { lines, isReversal, owner = '' }: Movement,
  salePlace: string,
): Promise<readonly CommissionLine[]> => {
  const sold = isReversal ? await trusted(CommissionEntry).findUnique('place', salePlace) : undefined;
  const whole = sold && (await trusted(CommissionEntry).get(sold.id));
  const before = new Map(whole?.lines.map((line) => [line.key, line.percent]));
  const products = await trusted(Product).getMany([...new Set(lines.flatMap(({ product }) => product ?? []))]);
  const roles = (await trusted(User).find(owner))?.roles ?? [];
  return lines.map((line) => {
    const { product } = line;
    const family = products.get(product ?? '')?.family;
    return commissionLine(plan, line, before.get(line.key) ?? rateFor(plan, given({ product, family, roles })));
  });
};

/** When is looked whether the invoice was paid. */
const checkOf = async (
  { trusted, actor }: Context,
  { basis, unpaidDays }: CommissionPlanRow,
  { sale }: Movement,
): Promise<string | undefined> => {
  if (unpaidDays === undefined || (basis !== 'INVOICED' && basis !== 'MARGIN')) return undefined;
  const { dueOn, issuedOn } = (await trusted(Invoice).find(sale)) ?? {};
  const due = dueOn ?? issuedOn;
  return due && dayStart(dayAfter(due, unpaidDays + 1), actor.timeZone);
};

/** Adds lines to a pool, with the quota of now, and notes what that changes for each of its earners. */
export const renew = async (
  context: Context,
  plan: CommissionPlanRow,
  pool: CommissionPoolRow,
  lines: readonly CommissionLine[],
  entryOf: (user: string) => Omit<Noted, 'parts' | 'facts'>,
): Promise<void> => {
  const quota = await quotaOf(context, plan, pool);
  const after = given({ ...withLines(pool, lines), quota });
  const [earned, bonus] = [earnedIn(plan, after), bonusIn(plan, after)];
  context.trusted(CommissionPool).update(pool, { ...after, quota: quota ?? null, earned, bonus });
  const facts = given({ pool: pool.id, sold: after.sold, quota, attainment: attainmentOf(after) });
  const users = earnersOf(plan, pool.sellers[0] ?? '');
  const splits = plan.splits.length === 0 ? users.map((user) => ({ user, percent: '100' })) : plan.splits;
  const shares = sharedChange(pool.earned, earned, splits);
  const bonuses = sharedChange(pool.bonus, bonus, splits);
  for (const [index, user] of users.entries()) {
    const parts = given({ earned: shares[index], bonus: bonuses[index] });
    const isChanged = lines.length > 0 || [parts.earned, parts.bonus].some((part) => part?.minor !== 0);
    if (isChanged) await note(context, plan, user, { ...entryOf(user), parts, facts });
  }
};

/** The pool of a seller, or of all members where they share, in the period of a day. */
const openPool = async (
  { trusted }: Context,
  plan: CommissionPlanRow,
  owner: string,
  day: string,
): Promise<CommissionPoolRow> => {
  const { from, to } = commissionPeriod(plan.frequency, day);
  const isShared = plan.splits.length > 0;
  const place = `${plan.id}/${isShared ? 'all' : owner}/${from}`;
  const known = await trusted(CommissionPool).findUnique('place', place);
  if (known) return known;
  const nothing = zero(plan.currency);
  return trusted(CommissionPool).create({
    ...{ plan: plan.id, place, from, to, sellers: isShared ? plan.members : [owner] },
    ...{ sold: nothing, byRates: nothing, earned: nothing, bonus: nothing },
  });
};

/** What was to be sold: the targets of the sellers for these days, that of the plan for who has none; nothing where neither is. */
const quotaOf = async (
  { trusted }: Context,
  plan: CommissionPlanRow,
  { sellers, from, to }: CommissionPoolRow,
): Promise<Money | undefined> => {
  const pages = await Promise.all(
    sellers.map((of) => trusted(SalesTarget).page('byUser', { of, from, to: from, first: 10 })),
  );
  const targets = pages.flatMap(({ rows }) =>
    rows.filter((row) => row.to === to && row.amount.currency === plan.currency && row.archivedAt === undefined),
  );
  return targets.length === 0
    ? plan.quota
    : sum(
        targets.map(({ amount }) => amount),
        plan.currency,
      );
};
