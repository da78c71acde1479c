import { reaction } from '#kernel';
import { Account, becomeCustomer } from '#modules/parties/accounts';
import { planRanking } from '#modules/parties/ranking';

/** Who is invoiced is a customer; and customers are ranked by what they were invoiced. */
export const followInvoice = reaction('followInvoice', {
  describes: 'An account that was invoiced by another system is a customer; customers are then ranked anew.',
  on: ['outsideDocument.*'],
  reads: ({ data }) => (typeof data?.['account'] === 'string' ? [data['account']] : []),
  run: async ({ data }, context) => {
    if (data?.['type'] !== 'INVOICE' && data?.['type'] !== 'CREDIT_NOTE') return;
    await planRanking(context);
    const account = await context.trusted(Account).find(String(data['account']));
    if (account && account.archivedAt === undefined && data['type'] === 'INVOICE') becomeCustomer(context, account);
  },
});
