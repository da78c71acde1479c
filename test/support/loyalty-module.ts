// A module as a customer of the product would write it: it gives accounts points without editing the module of accounts.
import {
  choice,
  defaulted,
  extended,
  integer,
  module,
  mutation,
  optional,
  reaction,
  ref,
  versionInput,
  type Context,
  type Row,
} from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Opportunity } from '#modules/sales/opportunities';

const loyaltyFields = {
  loyaltyPoints: defaulted(integer({ min: 0, describes: 'What it has collected.' }), 0),
  loyaltyTier: optional(choice(['SILVER', 'GOLD'], { named: 'LoyaltyTier', describes: 'The tier it was promised.' })),
};
const LoyalAccount = extended(Account, loyaltyFields);

const reward = (account: Row<typeof LoyalAccount>, points: number, { data }: Context): Row<typeof LoyalAccount> =>
  data(LoyalAccount).update(account, { loyaltyPoints: account.loyaltyPoints + points }, { event: 'account.rewarded' });

const rewardAccount = mutation('rewardAccount', {
  describes: 'Gives an account points.',
  needs: 'account.reward',
  input: {
    id: ref('Account', { describes: 'Whom.' }),
    version: optional(versionInput),
    points: integer({ min: 1, max: 10_000, describes: 'How many.' }),
  },
  returns: Account,
  run: async ({ id, points }, context) => reward(await context.data(LoyalAccount).get(id), points, context),
});

/** One point for each hundred in the currency of a won opportunity. */
const rewardForWonOpportunities = reaction('rewardForWonOpportunities', {
  describes: 'Whoever buys is rewarded.',
  on: ['opportunity.won'],
  run: async (event, context) => {
    const { account, amount } = await context.data(Opportunity).get(event.record.id);
    if (account === undefined || amount === undefined) return;
    reward(await context.data(LoyalAccount).get(account), Math.floor(amount.minor / 10_000), context);
  },
});

/** Points for customers: a field, an operation and a reaction on a standard module. */
export const loyalty = module('sales/loyalty', {
  extensions: [{ of: 'Account', fields: loyaltyFields, events: { rewarded: 'It was given points.' } }],
  operations: [rewardAccount],
  reactions: [rewardForWonOpportunities],
});
