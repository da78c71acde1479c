import { link, module } from '#kernel';
import { takeOccurrence } from './occurrences.operations.ts';
import { orderFields, RecurringOrder } from './recurring-order.entity.ts';
import {
  createRecurringOrder,
  endRecurringOrder,
  occurrencesAhead,
  pauseRecurringOrder,
  resumeRecurringOrder,
  skipNextOrder,
  updateRecurringOrder,
} from './recurring-order.operations.ts';

/** Orders that come again by a rule, each made when its day has come. */
export const recurringOrders = module('sales/recurring-orders', {
  entities: [RecurringOrder],
  extensions: [
    {
      of: 'Order',
      fields: orderFields,
      keys: { byRecurring: link('recurring', 'createdAt', 'RecurringOrder.orders') },
    },
  ],
  operations: [
    createRecurringOrder,
    updateRecurringOrder,
    pauseRecurringOrder,
    resumeRecurringOrder,
    endRecurringOrder,
    skipNextOrder,
    occurrencesAhead,
  ],
  timers: [takeOccurrence],
});
export { RecurringOrder, type RecurringOrderRow } from './recurring-order.entity.ts';
