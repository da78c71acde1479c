import { module } from '#kernel';
import { purchaseSources } from '#modules/parties/ranking';
import { followSale, wonOpportunities } from './customer.reactions.ts';

/** What cases and sales make of an account. */
export const customers = module('sales/customers', {
  reactions: [followSale],
  contributes: { [purchaseSources]: [wonOpportunities] },
});
