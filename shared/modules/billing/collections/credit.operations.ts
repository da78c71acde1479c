// Whether a customer may order: what is known here of its credit, and blocks until somebody lifts them.
import { given, moneyOf, mutation, ref, text, versionInput, type Context } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { ageingOf } from '#modules/billing/payments';
import type { CreditSource } from '#modules/sales/orders';
import { DunningBlock, type DunningBlockRow } from './dunning-block.entity.ts';

export const releaseDunningBlock = mutation('releaseDunningBlock', {
  describes: 'Lets a blocked account order again, with a reason.',
  needs: 'dunningBlock.release',
  input: {
    id: ref('DunningBlock', { describes: 'Which block.' }),
    version: versionInput,
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
  },
  returns: DunningBlock,
  run: async ({ id, reason }, { data, clock, actor }) =>
    data(DunningBlock).move(await data(DunningBlock).get(id), 'RELEASED', {
      releaseReason: reason,
      releasedOn: clock.today(),
      ...given({ releasedBy: actor.userId }),
    }),
});

/** The block of an account. */
export const blockOf = ({ trusted }: Context, account: string): Promise<DunningBlockRow | undefined> =>
  trusted(DunningBlock).findUnique('blockedFor', account);

/** What orders ask of a customer's credit: amounts in the currency of its limit, else its own, else the tenant's. */
export const receivablesCredit: CreditSource = async (context, accountId) => {
  const [account, block, { ageing, oldestDays }] = await Promise.all([
    context.trusted(Account).get(accountId),
    blockOf(context, accountId),
    ageingOf(context, accountId, context.clock.today()),
  ]);
  const currency = account.creditLimit?.currency ?? account.currency ?? context.actor.currency;
  const found = ageing.find((each) => each.currency === currency);
  return given({
    owed: moneyOf(found?.total ?? 0, currency),
    unapplied: moneyOf(Math.max(0, found?.unapplied ?? 0), currency),
    overdueDays: oldestDays,
    blocked: block?.reason,
  });
};
