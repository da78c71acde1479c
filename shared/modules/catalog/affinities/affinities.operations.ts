import { list, object, query, ref } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { standingOf } from '#modules/parties/segments';
import { affinities, affinityFields } from './affinity-relation.operations.ts';

export const accountAffinities = query('accountAffinities', {
  describes:
    'What an account likes now, the strongest first: products, families and characteristics. It follows by itself from purchases (3 on their ' +
    'day, half after 180 days), opportunities (2, 90 days), products talked about in activities (1, 60 days) and its own words (as said, 365 ' +
    'days), added up and rounded; what comes to nothing is left out.',
  needs: 'account.read',
  on: 'Account.affinities',
  input: { account: ref('Account', { describes: 'Whose.' }) },
  returns: {
    affinities: list(object('AccountAffinity', affinityFields), { max: 1000, describes: 'The strongest first.' }),
  },
  run: async ({ account }, context) => {
    const { id } = await context.data(Account).get(account);
    const at = { at: context.clock.now().getTime(), timeZone: context.actor.timeZone };
    const { facts } = await standingOf(context, Account.name, id, affinities, at);
    return { affinities: facts.slice(0, 1000) as never };
  },
});
