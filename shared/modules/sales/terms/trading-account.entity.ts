import {
  boolean,
  choice,
  dateTime,
  derivedOptional,
  extended,
  integer,
  list,
  object,
  optional,
  text,
  type Row,
} from '#kernel';
import { BuyingAccount } from '#modules/catalog/prices';

/** When what was ordered is to be invoiced. */
export const invoicingPolicies = ['ON_ORDER', 'ON_DELIVERY'] as const;
/** What invoices of a customer may be told apart by, besides what the law asks for. */
export const invoiceGroupings = ['ORDER', 'DELIVERY', 'REFERENCE', 'SHIP_TO', 'PROJECT', 'WEEK', 'MONTH'] as const;
/** What invoices of a customer may be told apart by. */
export type InvoiceGrouping = (typeof invoiceGroupings)[number];

/** On what terms a customer buys, besides prices, payment days and the credit limit that its account has. */
export const accountTermFields = {
  invoicingPolicy: optional(
    choice(invoicingPolicies, {
      named: 'InvoicingPolicy',
      describes: 'When what it orders is invoiced: once the order is confirmed, or once it was delivered, as usual.',
    }),
  ),
  groupInvoicesBy: optional(
    list(choice(invoiceGroupings, { named: 'InvoiceGrouping' }), {
      max: 4,
      describes: 'What it wants apart on invoices of its own; all that may be together is together when absent.',
    }),
  ),
  needsReference: optional(
    boolean({ describes: 'Whether it takes invoices only with the number of its own purchase order.' }),
  ),
  maxOverdueDays: optional(
    integer({
      min: 0,
      max: 365,
      describes: 'Its orders wait while something is overdue for longer than so many days.',
    }),
  ),
  creditBlocked: derivedOptional(
    object(
      'CreditBlock',
      {
        reason: text({ max: 500, describes: 'Why.' }),
        at: dateTime({ describes: 'Since when.' }),
        by: text({ max: 40, describes: 'The id of whoever did it.' }),
      },
      { describes: 'Set while its orders are not confirmed without being released.' },
    ),
  ),
};

/** An account with the terms on which it buys. */
export const TradingAccount = extended(BuyingAccount, accountTermFields);
/** Such an account, as code sees it. */
export type TradingAccountRow = Row<typeof TradingAccount>;
