import { module } from '#kernel';
import { ownTotals } from './history.projections.ts';
import { salesHistory } from './sales-history.operations.ts';

/** What a customer bought, paid and owes, for who sells: here and in other systems, in one query. */
export const customerHistory = module('billing/sales-history', {
  operations: [salesHistory],
  rollups: ownTotals,
});
