import { rollup } from '#kernel';
import { PaymentPromise } from './payment-promise.entity.ts';

/** The partition of the promises of everybody. */
export const everybody = 'all';

/** What became of promises, by day. */
export const promisesByDay = rollup('promisesByDay', {
  describes: 'How many promises to pay were kept, kept in part and broken, by day, of each account’s owner and of all.',
  of: PaymentPromise,
  shards: 1,
  contributions: ({ archivedAt, status, decidedOn, ownerId }) => {
    if (archivedAt !== undefined || decidedOn === undefined || status === 'CANCELLED' || status === 'OPEN') return [];
    const partitions = [everybody, ...(ownerId === undefined ? [] : [ownerId])];
    return partitions.map((partition) => ({ partition, cell: decidedOn, amounts: { [status]: 1 } }));
  },
});
