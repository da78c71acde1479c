import { derivedId, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { Quota, type QuotaRow } from './quota.entity.ts';

/**
 * Uses part of what is allowed, in the caller's write. Of two who want the last of it the second is run again and finds it gone.
 * Answers whether it was allowed; where it was not, nothing is written.
 */
export const useQuota = async (context: Context, key: string, quantity: string, most: string): Promise<boolean> => {
  const quota = await quotaOf(context, key);
  const used = new Exact(quota?.used ?? '0').plus(quantity);
  if (used.gt(most)) return false;
  keep(context, key, quota, decimalText(used));
  return true;
};

/** Gives back what was used and is not needed any more; what was never counted stays uncounted. */
export const giveBackQuota = async (context: Context, key: string, quantity: string): Promise<void> => {
  const quota = await quotaOf(context, key);
  if (quota) keep(context, key, quota, decimalText(Exact.max(0, new Exact(quota.used).minus(quantity))));
};

/** `quota` is what the new value was counted from: a second look might find what somebody else has written meanwhile. */
const keep = (context: Context, key: string, quota: QuotaRow | undefined, used: string): void => {
  if (quota) context.trusted(Quota).update(quota, { used }, { aside: true });
  else context.trusted(Quota).create({ key, used }, { id: idOf(context, key) });
};

const quotaOf = (context: Context, key: string) => context.trusted(Quota).find(idOf(context, key));

/** The same for the same key, so that two who begin to count at once do not both begin. */
const idOf = ({ actor }: Context, key: string): string => derivedId(Quota.idPrefix, 'quota', [actor.tenant, key]);
