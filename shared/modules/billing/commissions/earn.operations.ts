// What sellers earn by a sale, and lose when it is taken back: each once, at the rates of the day of the sale.
import { given, readOn, subtract, sum, zero, type Context, type Money, type PageAsked } from '#kernel';
import type { Movement } from '#modules/billing/earnings';
import { Invoice } from '#modules/billing/invoices';
import { Product } from '#modules/catalog/products';
import { User } from '#modules/platform/users';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { CommissionEntry, type CommissionEntryRow } from './commission-entry.entity.ts';
import { CommissionPlan, type CommissionPlanRow } from './commission-plan.entity.ts';
import { CommissionPool, type CommissionPoolRow } from './commission-pool.entity.ts';
import { splitCommission } from './commission.rules.ts';
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
import { isPersonal, SalesTarget } from './sales-target.entity.ts';
import { note, type Noted } from './statement.operations.ts';

/** Entries of a sale that are looked at. */
const mostEntries = 500;

/** The plans by which a seller earns. */
const plansOf = async ({ trusted }: Context, seller: string): Promise<readonly CommissionPlanRow[]> =>
  (await trusted(CommissionPlan).page('byMember', { of: seller, first: 50 })).rows.filter(
    ({ active, archivedAt }) => active && archivedAt === undefined,
  );

/** By which plan a movement earns for whom; of what is taken back, with the entry of its sale. */
export type Earning = {
  readonly plan: CommissionPlanRow;
  readonly owner: string;
  readonly origin?: CommissionEntryRow;
};

/**
 * The plans by which something is earned. What takes a sale back goes by those that the sale was earned by and from who earned it,
 * whatever has become of them; on the day of the sale, which may not be noted yet, by those of today too.
 */
export const earningsOf = async (context: Context, movement: Movement): Promise<readonly Earning[]> => {
  const { isReversal, on, soldOn, owner } = movement;
  const before = isReversal ? await earningsOfSale(context, movement) : [];
  const known = new Set(before.map(({ plan }) => plan.id));
  const plans = owner === undefined || (isReversal && on > soldOn) ? [] : await plansOf(context, owner);
  const today = plans.filter(({ id }) => !known.has(id));
  return [...before, ...today.map((plan) => ({ plan, owner: owner ?? '' }))];
};

const earningsOfSale = async ({ trusted }: Context, { sale, key }: Movement): Promise<readonly Earning[]> => {
  const read = (asked: PageAsked) => trusted(CommissionEntry).page('bySale', { of: sale, ...asked });
  const { rows } = await readOn(read, mostEntries);
  const earned = rows.filter(({ kind, base }) => kind === 'SALE' && base !== undefined && base.minor > 0);
  const byPlan = new Map(earned.map((entry) => [entry.plan, entry]));
  const isNoted = (plan: string) => rows.some(({ place }) => place.startsWith(`${plan}/${key}/`));
  const plans = await trusted(CommissionPlan).getMany([...byPlan.keys()].filter((plan) => !isNoted(plan)));
  return [...byPlan].flatMap(([id, origin]) => {
    const plan = plans.get(id);
    return plan && plan.archivedAt === undefined ? [{ plan, owner: origin.user, origin }] : [];
  });
};

/** Notes what a sale earns by a plan, once. Answers the pool that it counts in, where it does. */
export const earn = async (
  context: Context,
  { plan, owner, origin }: Earning,
  movement: Movement,
): Promise<CommissionPoolRow | undefined> => {
  const { key, sale } = movement;
  const day = movement.basis === 'COLLECTED' ? movement.on : movement.soldOn;
  if (!isMeant(plan, movement) || (!origin && !holds(plan, day))) return undefined;
  const [first = owner] = earnersOf(plan, owner);
  if (await context.trusted(CommissionEntry).findUnique('place', `${plan.id}/${key}/${first}`)) return undefined;
  const fresh = await withoutNoted(context, movement, (other) => `${plan.id}/${other}/${first}`);
  if (fresh.lines.length === 0) return undefined;
  const lines = await linesOf(context, { plan, owner, ...given({ origin }) }, fresh);
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

/** A movement less what others have noted of it already. */
const withoutNoted = async (
  { trusted }: Context,
  movement: Movement,
  placeOf: (key: string) => string,
): Promise<Movement> => {
  if (!movement.others) return movement;
  const found = await trusted(CommissionEntry).findAllUnique('place', movement.others.map(placeOf));
  const entries = await Promise.all([...found.values()].map(({ id }) => trusted(CommissionEntry).get(id)));
  const noted = entries.flatMap(({ lines }) => lines);
  const lines = movement.lines.map((line) => {
    const before = noted.filter(({ key }) => key === line.key).map(({ base }) => base);
    return { ...line, base: subtract(line.base, sum(before, line.base.currency)) };
  });
  return { ...movement, lines: lines.filter(({ base }) => base.minor !== 0) };
};

const isMeant = (plan: CommissionPlanRow, { basis, currency }: Movement): boolean =>
  basis === (plan.basis === 'MARGIN' ? 'INVOICED' : plan.basis) && currency === plan.currency;

const holds = ({ startsOn, endsOn }: CommissionPlanRow, day: string): boolean =>
  day >= startsOn && (endsOn === undefined || day <= endsOn);

const earnersOf = ({ splits }: CommissionPlanRow, owner: string): readonly string[] =>
  splits.length === 0 ? [owner] : splits.map(({ user }) => user);

/** The lines of a document with their rates: what is taken back has the rate that its sale had. */
const linesOf = async (
  { trusted }: Context,
  { plan, owner, origin }: Earning,
  { lines }: Movement,
): Promise<readonly CommissionLine[]> => {
  const whole = origin && (await trusted(CommissionEntry).get(origin.id));
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
  entryOf: (user: string) => Omit<Noted, 'parts' | 'facts' | 'share'>,
): Promise<void> => {
  const quota = await quotaOf(context, plan, pool);
  const after = given({ ...withLines(pool, lines), quota });
  const [earned, bonus] = [earnedIn(plan, after), bonusIn(plan, after)];
  context.trusted(CommissionPool).update(pool, { ...after, quota: quota ?? null, earned, bonus });
  const facts = given({ pool: pool.id, sold: after.sold, quota, attainment: attainmentOf(after) });
  const users = earnersOf(plan, pool.sellers[0] ?? '');
  const splits = plan.splits.length === 0 ? users.map((user) => ({ user, percent: '100' })) : plan.splits;
  const shares = sharedChange(pool.earned, earned, splits);
  const wholes = splitCommission(earned, splits);
  const bonuses = sharedChange(pool.bonus, bonus, splits);
  for (const [index, user] of users.entries()) {
    const parts = given({ earned: shares[index], bonus: bonuses[index] });
    const isChanged = lines.length > 0 || [parts.earned, parts.bonus].some((part) => part?.minor !== 0);
    if (isChanged)
      await note(context, plan, user, { ...entryOf(user), ...given({ share: wholes[index]?.amount }), parts, facts });
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
    rows.filter(
      (row) =>
        isPersonal(row) && row.to === to && row.amount.currency === plan.currency && row.archivedAt === undefined,
    ),
  );
  return targets.length === 0
    ? plan.quota
    : sum(
        targets.map(({ amount }) => amount),
        plan.currency,
      );
};
