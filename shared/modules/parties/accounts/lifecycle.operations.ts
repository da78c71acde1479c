import { DomainError, mutation, optional, ref, versionInput, type Context } from '#kernel';
import { Account, type AccountRow } from './account.entity.ts';
import { customerKinds, leadKinds } from './lifecycle.rules.ts';

/** Makes a lead of an account that is neither lead nor customer. For what follows from a permitted operation. */
export const becomeLead = ({ trusted, clock }: Context, account: AccountRow): AccountRow => {
  if (account.lifecycle === 'LEAD' || account.lifecycle === 'CUSTOMER') return account;
  const changes = { leadSince: clock.instant(), kinds: leadKinds(account.kinds) };
  return trusted(Account).update(account, changes, { event: 'account.qualified' });
};

/** Makes a customer of an account: it has bought. */
export const becomeCustomer = ({ trusted }: Context, account: AccountRow): AccountRow =>
  account.lifecycle === 'CUSTOMER'
    ? account
    : trusted(Account).update(account, { kinds: customerKinds(account.kinds) }, { event: 'account.becameCustomer' });

export const qualifyAccount = mutation('qualifyAccount', {
  describes: 'Makes a lead of a prospect: it was found worth the effort. An opportunity of it does so by itself.',
  needs: 'account.qualify',
  input: { id: ref('Account', { describes: 'Which account.' }), version: optional(versionInput) },
  returns: Account,
  fails: ['NOT_A_PROSPECT'],
  run: async ({ id }, { data, clock }) => {
    const account = await data(Account).get(id);
    if (account.lifecycle !== 'PROSPECT')
      throw new DomainError('NOT_A_PROSPECT', 'Only a prospect is qualified.', ['id']);
    return data(Account).update(account, { leadSince: clock.instant() }, { event: 'account.qualified' });
  },
});
