import { module } from '#kernel';
import { blockCredit, decidesOnCredit, unblockCredit } from './credit-block.operations.ts';
import { accountTermFields } from './trading-account.entity.ts';

/** On what terms customers buy: when they are invoiced and how, and whether they buy on credit. */
export const terms = module('sales/terms', {
  extensions: [
    {
      of: 'Account',
      fields: accountTermFields,
      events: {
        creditBlocked: 'Its orders wait from now on.',
        creditUnblocked: 'Its orders are confirmed again.',
      },
    },
  ],
  operations: [blockCredit, unblockCredit],
  contributes: { 'role-grants': [{ roles: ['seller', 'support'], withholds: [decidesOnCredit] }] },
});
export { TradingAccount, type InvoiceGrouping, type TradingAccountRow } from './trading-account.entity.ts';
