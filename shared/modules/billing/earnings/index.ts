// What documents say was sold, ordered or paid: the one reading of them that agreements and commissions share.
export { eachByItself } from './each-by-itself.operations.ts';
export type { EarningBasis, Movement, MovementLine } from './movement.rules.ts';
export { earningEvents, movementsOf, movementsOfCreditNote, movementsOfInvoice } from './movements.operations.ts';
