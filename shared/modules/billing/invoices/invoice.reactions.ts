import { reaction } from '#kernel';
import { Account, becomeCustomer } from '#modules/parties/accounts';
import { planRanking } from '#modules/parties/ranking';

/** Who is invoiced is a customer; and customers are ranked by what they were invoiced. */
export const followIssued = reaction('followIssuedInvoice', {
  describes: 'An account that was invoiced is a customer; customers are then ranked anew.',
  on: ['invoice.issued', 'invoice.voided', 'creditNote.issued'],
  reads: ({ data }) => (typeof data?.['account'] === 'string' ? [data['account']] : []),
  run: async ({ type, data }, context) => {
    await planRanking(context);
    if (type !== 'invoice.issued') return;
    const account = await context.trusted(Account).find(String(data?.['account']));
    if (account && account.archivedAt === undefined) becomeCustomer(context, account);
  },
});
