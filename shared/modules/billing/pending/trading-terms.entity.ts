import { boolean, extended, integer, optional, type Row } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { TradingAccount } from '#modules/sales/terms';

/** What a customer asks of its invoices; added to the account. */
export const billingTerms = {
  needsProofOfDelivery: optional(
    boolean({ describes: 'Whether a delivery is invoiced only once somebody has confirmed that it arrived.' }),
  ),
};

/** What the tenant settles for what is to be invoiced; added to the tenant. */
export const pendingSettings = {
  lateToInvoiceDays: optional(
    integer({
      min: 1,
      max: 365,
      describes: 'After so many days something that waits to be invoiced is late; 5 when absent.',
    }),
  ),
};

/** A customer with all that its invoices depend on. */
export const BilledAccount = extended(TradingAccount, billingTerms);
/** Such a customer, as code sees it. */
export type BilledAccountRow = Row<typeof BilledAccount>;

/** The tenant with what it has settled for what is to be invoiced. */
export const InvoicingTenant = extended(Tenant, pendingSettings);

/** Days until something is late to be invoiced, where the tenant has said nothing. */
export const usualLateDays = 5;
