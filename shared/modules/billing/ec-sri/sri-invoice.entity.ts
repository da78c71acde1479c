import { choice, extended, optional, type Row } from '#kernel';
import { Invoice } from '#modules/billing/invoices';
import { paymentCodes, type PaymentMethod } from './codes.rules.ts';

/** What Ecuador adds to an invoice. */
export const sriInvoiceFields = {
  sriPaymentMethod: optional(
    choice(Object.keys(paymentCodes) as PaymentMethod[], {
      named: 'SriPaymentMethod',
      describes: 'In Ecuador, how it is paid (forma de pago), where that is another way than the issuer’s usual one.',
    }),
  ),
};
/** An invoice with what Ecuador adds. */
export const SriInvoice = extended(Invoice, sriInvoiceFields);
/** An invoice with what Ecuador adds, as code sees it. */
export type SriInvoiceRow = Row<typeof SriInvoice>;
