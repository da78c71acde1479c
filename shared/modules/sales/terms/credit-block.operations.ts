import { mutation, ref, text, versionInput } from '#kernel';
import { TradingAccount } from './trading-account.entity.ts';

const which = {
  id: ref('Account', { describes: 'Which customer.' }),
  version: versionInput,
};

/** The permission to say who buys on credit. */
export const decidesOnCredit = 'account.decideOnCredit';

export const blockCredit = mutation('blockCredit', {
  describes: 'Lets orders of a customer wait: none is confirmed unless somebody who may releases it.',
  needs: decidesOnCredit,
  input: { ...which, reason: text({ min: 1, max: 500, describes: 'Why.' }) },
  returns: TradingAccount,
  run: async ({ id, reason }, { data, clock, actor }) => {
    const account = await data(TradingAccount).get(id);
    const creditBlocked = { reason, at: clock.instant(), by: actor.id };
    return data(TradingAccount).update(account, { creditBlocked }, { event: 'account.creditBlocked' });
  },
});

export const unblockCredit = mutation('unblockCredit', {
  describes: 'Lets orders of a customer be confirmed again.',
  needs: decidesOnCredit,
  input: which,
  returns: TradingAccount,
  run: async ({ id }, { data }) =>
    data(TradingAccount).update(
      await data(TradingAccount).get(id),
      { creditBlocked: null },
      { event: 'account.creditUnblocked' },
    ),
});
