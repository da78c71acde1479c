import { module } from '#kernel';
import { SalesTally } from './sales-tally.entity.ts';
import { salesTotals, tallySales } from './sold.operations.ts';

export { eachByItself } from './each-by-itself.operations.ts';
export type { EarningBasis, Movement, MovementLine } from './movement.rules.ts';
export { earningEvents, movementsOf, movementsOfCreditNote, movementsOfInvoice } from './movements.operations.ts';
export { soldBy } from './sold.operations.ts';

/** What documents say was sold, ordered or paid: the one reading of them that agreements, commissions and targets share. */
export const earnings = module('billing/earnings', {
  entities: [SalesTally],
  reactions: [tallySales],
  rollups: [salesTotals],
});
