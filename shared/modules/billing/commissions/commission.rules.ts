// What sellers earn (domain 2.7): a share of what was sold or paid, in tiers against a quota, split among several.
import { allocate, moneyOf, type Money, type Problem } from '#kernel';
import { compareDecimals, Exact } from '#kernel/decimals';

/** A tier: up to which share of the quota (in percent; the last without end) at which rate. */
export type CommissionTier = { readonly upTo?: string; readonly percent: string };

/** Someone's share of a sale, in percent. */
export type Split = { readonly user: string; readonly percent: string };

/** What was sold in a period comes to, tier by tier against the quota. */
export const tieredCommission = (sold: Money, quota: Money, tiers: readonly CommissionTier[]): Money => {
  let [from, earned] = [new Exact(0), new Exact(0)];
  for (const { upTo, percent } of inOrder(tiers)) {
    const end =
      upTo === undefined ? new Exact(sold.minor) : Exact.min(sold.minor, new Exact(quota.minor).times(upTo).div(100));
    if (end.gt(from)) earned = earned.plus(end.minus(from).times(percent).div(100));
    from = Exact.max(from, end);
  }
  return moneyOf(earned.toDecimalPlaces(0).toNumber(), sold.currency);
};

/** A commission among several, to the cent. */
export const splitCommission = (
  amount: Money,
  splits: readonly Split[],
): readonly (Split & { readonly amount: Money })[] => {
  const shares = allocate(
    amount,
    splits.map(({ percent }) => percent),
  );
  return splits.map((split, index) => ({ ...split, amount: shares[index] ?? moneyOf(0, amount.currency) }));
};

/** What is wrong with splits. */
export const splitProblems = (splits: readonly Split[]): readonly Problem[] => {
  const whole = splits.reduce((sum, { percent }) => sum.plus(percent), new Exact(0));
  return splits.length > 0 && !whole.equals(100)
    ? [
        {
          code: 'SPLIT_NOT_WHOLE',
          message: `The shares come to ${whole.toFixed()} percent, not to 100.`,
          path: ['splits'],
        },
      ]
    : [];
};

const inOrder = (tiers: readonly CommissionTier[]): readonly CommissionTier[] =>
  [...tiers].sort((a, b) => {
    if (a.upTo === undefined || b.upTo === undefined)
      return Number(a.upTo === undefined) - Number(b.upTo === undefined);
    return compareDecimals(a.upTo, b.upTo);
  });
