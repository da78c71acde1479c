import { DomainError, readOn, type Context } from '#kernel';
import { giveBackQuota, useQuota } from '#modules/platform/quotas';
import { Promotion, type PromotionRow } from './promotion.entity.ts';
import { isFor, sameWord, type Sale } from './promotion.rules.ts';

/** Promotions that run at once in a tenant, at most. */
const mostRunning = 500;

/** The promotions that speak to a sale, by priority. @throws COUPON_UNKNOWN for a word that none of them has, or not any more */
export const promotionsFor = async ({ trusted }: Context, sale: Sale): Promise<readonly PromotionRow[]> => {
  const { rows } = await readOn(
    (asked) => trusted(Promotion).page('byStanding', { of: 'RUNS', descending: true, ...asked }),
    mostRunning,
  );
  const found = rows.filter((promotion) => promotion.archivedAt === undefined && isFor(promotion, sale));
  const unknown = sale.coupons.find(
    (word) => !found.some(({ coupon }) => coupon !== undefined && sameWord(coupon, word)),
  );
  if (unknown !== undefined)
    throw new DomainError('COUPON_UNKNOWN', `The coupon ${unknown.slice(0, 40)} is none, or not for this sale.`, [
      'coupons',
    ]);
  return found;
};

/**
 * Counts the use of promotions by one order, in the write that confirms it. Where a limit is reached, nothing is confirmed.
 * @throws PROMOTION_USED_UP
 */
export const usePromotions = async (
  context: Context,
  ids: readonly string[],
  account: string | undefined,
): Promise<void> => {
  for (const { name, key, most } of await limitsOf(context, ids, account))
    if (!(await useQuota(context, key, '1', String(most))))
      throw new DomainError('PROMOTION_USED_UP', `${name} has been used as often as it may be.`, ['coupons']);
};

/** Gives back the uses of an order that was cancelled. */
export const giveBackPromotions = async (
  context: Context,
  ids: readonly string[],
  account: string | undefined,
): Promise<void> => {
  for (const { key } of await limitsOf(context, ids, account)) await giveBackQuota(context, key, '1');
};

const limitsOf = async ({ trusted }: Context, ids: readonly string[], account: string | undefined) => {
  const used = await trusted(Promotion).getMany([...new Set(ids)]);
  return [...used.values()].flatMap(({ id, name, maxUses, maxUsesPerAccount }) => [
    ...(maxUses === undefined ? [] : [{ name, key: `promotion ${id}`, most: maxUses }]),
    ...(maxUsesPerAccount === undefined || account === undefined
      ? []
      : [{ name, key: `promotion ${id} ${account}`, most: maxUsesPerAccount }]),
  ]);
};
