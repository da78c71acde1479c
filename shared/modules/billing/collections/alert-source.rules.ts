import type { AlertSource } from '#modules/platform/alerts';
import { PaymentPromise, type PaymentPromiseRow } from './payment-promise.entity.ts';

/** Promises to pay. They find out themselves, once their day of grace is over, whether they were kept. */
export const paymentPromises: AlertSource = {
  key: 'PAYMENT_PROMISE',
  kind: 'PROMISE',
  describes: 'A customer’s word to pay until a day, which was broken or kept in part only.',
  of: PaymentPromise.name,
  open: { status: { eq: 'OPEN' } },
  standing: (row) => {
    const { status } = row as unknown as PaymentPromiseRow;
    if (status === 'OPEN') return { is: 'OPEN' };
    return { is: status === 'BROKEN' || status === 'PARTIAL' ? 'BROKEN' : 'KEPT' };
  },
};
