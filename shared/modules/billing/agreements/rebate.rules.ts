// What an agreement gives back (domain 2.6): tiers over a measure of what was bought, in whole or slice by slice.
import { moneyOf, roundedMoney, type Money, type Problem } from '#kernel';
import { compareDecimals, decimalText, Exact } from '#kernel/decimals';

/** Whether the rate of the tier that is reached counts for everything, or each tier for its own slice. */
export const rebateModes = ['ALL_UNITS', 'INCREMENTAL'] as const;
/** Whether the rate of the tier that is reached counts for everything, or each tier for its own slice. */
export type RebateMode = (typeof rebateModes)[number];

/** From how much on (inclusive) at which rate, in percent. */
export type Tier = { readonly from: string; readonly percent: string };

/** How far a customer has come: the measure that tiers look at, and the amount that they give a share of. */
export type Reached = {
  /** Net amount, quantity, weight, or growth in percent, as the agreement says. */
  readonly measure: string;
  readonly amount: Money;
};

/**
 * What is due for what was reached. Tiers of money are sliced by money; where they count something else, each slice of the
 * measure takes its share of the amount.
 */
export const rebateOf = (tiers: readonly Tier[], mode: RebateMode, { measure, amount }: Reached): Money => {
  const reached = inOrder(tiers).filter(({ from }) => compareDecimals(measure, from) >= 0);
  const last = reached.at(-1);
  if (!last || compareDecimals(measure, '0') <= 0) return moneyOf(0, amount.currency);
  if (mode === 'ALL_UNITS') return roundedMoney(inUnits(amount).times(last.percent).div(100), amount.currency);
  const slices = reached.reduce((sum, { from, percent }, index) => {
    const slice = new Exact(reached[index + 1]?.from ?? measure).minus(from);
    return sum.plus(slice.times(percent));
  }, new Exact(0));
  return roundedMoney(slices.times(inUnits(amount)).div(new Exact(measure).times(100)), amount.currency);
};

/** What one more document adds to what is due, or takes from it: the difference, so that tiers reached late count from the start. */
export const accrualOf = (tiers: readonly Tier[], mode: RebateMode, before: Reached, after: Reached): Money =>
  moneyOf(rebateOf(tiers, mode, after).minor - rebateOf(tiers, mode, before).minor, after.amount.currency);

/** The tier ahead and how much is missing to it; undefined on the last one. */
export const nextTier = (
  tiers: readonly Tier[],
  measure: string,
): { readonly tier: Tier; readonly missing: string } | undefined => {
  const tier = inOrder(tiers).find(({ from }) => compareDecimals(measure, from) < 0);
  return tier && { tier, missing: decimalText(new Exact(tier.from).minus(measure)) };
};

/** What is wrong with tiers. */
export const tierProblems = (tiers: readonly Tier[]): readonly Problem[] => {
  if (tiers.length === 0)
    return [{ code: 'NO_TIERS', message: 'An agreement says from how much on it gives what.', path: ['tiers'] }];
  return new Set(tiers.map(({ from }) => from)).size < tiers.length
    ? [{ code: 'TIER_TWICE', message: 'Two tiers begin at the same amount.', path: ['tiers'] }]
    : [];
};

const inOrder = (tiers: readonly Tier[]): readonly Tier[] => [...tiers].sort((a, b) => compareDecimals(a.from, b.from));

const inUnits = ({ minor, currency }: Money) => new Exact(roundedMoney(1, currency).minor).pow(-1).times(minor);
