// What those whose sales count together have earned in a period, and each one's share. Pure.
import { add, moneyOf, percentOf, subtract, sum, zero, type Money, type Problem } from '#kernel';
import { compareDecimals, decimalText, Exact } from '#kernel/decimals';
import type { MovementLine } from '#modules/billing/earnings';
import { isWithin } from '#modules/catalog/products';
import { dayAfter, monthsLater } from '#modules/platform/settings';
import {
  splitCommission,
  splitProblems,
  tieredCommission,
  type CommissionTier,
  type Split,
} from './commission.rules.ts';

/** On what a commission is earned. */
export const commissionBases = ['ORDERED', 'INVOICED', 'COLLECTED', 'MARGIN'] as const;
/** How often is settled: by months, quarters, years of the calendar. */
export const commissionFrequencies = ['MONTH', 'QUARTER', 'YEAR'] as const;

/** A rate of its own for a product, a family or a role; the first that says the most counts. */
export type Rate = {
  readonly product?: string;
  readonly family?: string;
  readonly role?: string;
  readonly percent: string;
};

/** A bonus for reaching so much of the quota, in percent. */
export type Bonus = { readonly from: string; readonly amount: Money };

/** What a plan says of amounts. */
export type CommissionTerms = {
  readonly basis: (typeof commissionBases)[number];
  readonly percent: string;
  readonly rates: readonly Rate[];
  readonly tiers: readonly CommissionTier[];
  readonly bonuses: readonly Bonus[];
  readonly splits: readonly Split[];
};

const months = { MONTH: 1, QUARTER: 3, YEAR: 12 } as const;

/** The period of the calendar that holds a day. */
export const commissionPeriod = (
  frequency: (typeof commissionFrequencies)[number],
  day: string,
): { readonly from: string; readonly to: string } => {
  const month = Math.floor((Number(day.slice(5, 7)) - 1) / months[frequency]) * months[frequency] + 1;
  const from = `${day.slice(0, 4)}-${String(month).padStart(2, '0')}-01`;
  return { from, to: dayAfter(monthsLater(from, months[frequency]), -1) };
};

/** What is known of what was sold and by whom, as far as rates look. */
export type RatedSale = { readonly product?: string; readonly family?: string; readonly roles: readonly string[] };

/** The rate for a line: of its product, its family (the innermost), the seller's role, else that of the plan. */
export const rateFor = ({ rates, percent }: Pick<CommissionTerms, 'rates' | 'percent'>, sale: RatedSale): string => {
  const fitting = rates.filter(
    ({ product, family, role }) =>
      (product === undefined || product === sale.product) &&
      (family === undefined || isWithin(sale.family, family)) &&
      (role === undefined || sale.roles.includes(role)),
  );
  return fitting.toSorted((a, b) => weightOf(b) - weightOf(a))[0]?.percent ?? percent;
};

const weightOf = ({ product, family, role }: Rate): number =>
  (product === undefined ? 0 : 10_000) +
  (family === undefined ? 0 : 100 + family.length) +
  (role === undefined ? 0 : 1);

/** A line with its commission, before it is split. */
export type CommissionLine = {
  readonly key: string;
  readonly product?: string;
  readonly base: Money;
  readonly percent: string;
  readonly amount: Money;
};

/** What a line comes to: on its price, or on what is left of it above its cost. */
export const commissionLine = (
  { basis }: Pick<CommissionTerms, 'basis'>,
  { key, product, base: price, cost }: MovementLine,
  percent: string,
): CommissionLine => {
  const base = basis === 'MARGIN' ? subtract(price, cost) : price;
  return { key, base, percent, amount: percentOf(base, percent), ...(product !== undefined && { product }) };
};

/** What was sold in a period, what that is by rates, and the quota that tiers and bonuses look at. */
export type Pool = { readonly sold: Money; readonly byRates: Money; readonly quota?: Money };

/** A pool with further lines. */
export const withLines = ({ sold, byRates }: Pool, lines: readonly CommissionLine[]): Pool => ({
  sold: add(
    sold,
    sum(
      lines.map(({ base }) => base),
      sold.currency,
    ),
  ),
  byRates: add(
    byRates,
    sum(
      lines.map(({ amount }) => amount),
      sold.currency,
    ),
  ),
});

/** What a pool has earned: by tiers against the quota, where the plan has them, else by rates; without a quota all is in the first tier. */
export const earnedIn = ({ tiers }: Pick<CommissionTerms, 'tiers'>, { sold, byRates, quota }: Pool): Money =>
  tiers.length === 0 ? byRates : tieredCommission(sold, quota ?? sold, tiers);

/** The bonus for the share of the quota that was reached: the highest one. */
export const bonusIn = ({ bonuses }: Pick<CommissionTerms, 'bonuses'>, pool: Pool): Money => {
  const reached = reachedOf(pool);
  const due = bonuses.filter(({ from }) => reached?.gte(from));
  return due.toSorted((a, b) => compareDecimals(b.from, a.from))[0]?.amount ?? zero(pool.sold.currency);
};

/** How much of the quota was sold, in percent, never more than it is; nothing without a quota. */
export const attainmentOf = (pool: Pick<Pool, 'sold' | 'quota'>): string | undefined => {
  const reached = reachedOf(pool);
  return reached && decimalText(reached.toDecimalPlaces(2, Exact.ROUND_DOWN));
};

const reachedOf = ({ sold, quota }: Pick<Pool, 'sold' | 'quota'>) =>
  quota === undefined || quota.minor === 0 ? undefined : new Exact(sold.minor).times(100).div(quota.minor);

/** What each of several has more of an amount after it changed: all such changes come to each one's share of the whole exactly. */
export const sharedChange = (before: Money, after: Money, splits: readonly Split[]): readonly Money[] => {
  const [was, is] = [splitCommission(before, splits), splitCommission(after, splits)];
  return is.map(({ amount }, index) => subtract(amount, was[index]?.amount ?? zero(amount.currency)));
};

type Capped = { readonly held: Money; readonly cap?: Money };

/** What of commissions is paid: what is not held back, up to the cap. What is released of periods before comes on top of it. */
export const cappedOf = (earned: Money, { held, cap }: Capped): Money => {
  const left = earned.minor - Math.max(0, held.minor);
  return moneyOf(cap ? Math.min(cap.minor, left) : left, earned.currency);
};

/** What a statement comes to: commissions that are not held back up to the cap, bonuses, spiffs, corrections. */
export const statementTotal = ({
  earned,
  bonus,
  spiffs,
  adjustment,
  ...capped
}: Readonly<Record<'earned' | 'bonus' | 'spiffs' | 'adjustment', Money>> & Capped) => {
  const released = Math.max(0, -capped.held.minor);
  const minor = cappedOf(earned, capped).minor + bonus.minor + spiffs.minor + adjustment.minor + released;
  return { total: moneyOf(minor, earned.currency) };
};

type Plan = CommissionTerms & {
  readonly currency: string;
  readonly startsOn: string;
  readonly endsOn?: string;
  readonly members: readonly string[];
  readonly quota?: Money;
  readonly cap?: Money;
};

/** What is wrong with a plan. */
export const planProblems = (plan: Plan): readonly Problem[] => [
  ...splitProblems(plan.splits),
  ...said(plan.members.length === 0, 'members', 'Say whose sales count.'),
  ...said(plan.endsOn !== undefined && plan.endsOn < plan.startsOn, 'endsOn', 'It ends before it starts.'),
  ...said(plan.tiers.filter(({ upTo }) => upTo === undefined).length > 1, 'tiers', 'Only the last tier has no end.'),
  ...said(
    [plan.quota, plan.cap, ...plan.bonuses.map(({ amount }) => amount)].some(
      (amount) => amount !== undefined && (amount.currency !== plan.currency || amount.minor < 0),
    ),
    'currency',
    'Amounts of a plan are in its currency, and not negative.',
  ),
];

const said = (isWrong: boolean, field: string, message: string): readonly Problem[] =>
  isWrong ? [{ code: 'BAD_INPUT', message, path: [field] }] : [];
