import { module } from '#kernel';
import { permissionPoint } from '#modules/platform/roles';
import { BillableItem } from './billable-item.entity.ts';
import {
  blockBillableItem,
  createBillableItem,
  releaseBillableItem,
  takeWaiver,
  updateBillableItem,
  waiveBillableItem,
  waivesBilling,
} from './billable.operations.ts';
import { billContractPeriods, billDeliveries, billOrders } from './billable-sources.reactions.ts';
import { noteCredited, noteGivenUp, noteIssued } from './follow-invoices.reactions.ts';
import { followDeliveries, followOrders, followTerms } from './follow-sources.reactions.ts';
import { billDelivery } from './bill-delivery.operations.ts';
import { InvoicingRun } from './invoicing-run.entity.ts';
import { invoiceGroups } from './invoicing-run.jobs.ts';
import { cancelInvoicingRun, confirmInvoicingRun, previewInvoicingRun } from './invoicing-run.operations.ts';
import { pendingInvoicing } from './pending.operations.ts';
import { billingTerms, pendingSettings } from './trading-terms.entity.ts';

/** What is to be invoiced: from its source until it is on an invoice, with what keeps it from it, and the runs that invoice it. */
export const pending = module('billing/pending', {
  entities: [BillableItem, InvoicingRun],
  extensions: [
    { of: 'Account', fields: billingTerms },
    { of: 'Tenant', fields: pendingSettings },
  ],
  operations: [
    createBillableItem,
    updateBillableItem,
    blockBillableItem,
    releaseBillableItem,
    waiveBillableItem,
    billDelivery,
    previewInvoicingRun,
    confirmInvoicingRun,
    cancelInvoicingRun,
    pendingInvoicing,
  ],
  jobs: [invoiceGroups],
  reactions: [
    ...[billDeliveries, billOrders, billContractPeriods, followDeliveries, followOrders, followTerms],
    ...[noteIssued, noteGivenUp, noteCredited, takeWaiver],
  ],
  contributes: {
    [permissionPoint]: [waivesBilling],
    'role-grants': [
      { roles: ['administrator', 'manager'], grants: [waivesBilling] },
      {
        roles: ['seller', 'support'],
        withholds: [waivesBilling, 'billableItem.release', 'invoicingRun.prepare'],
      },
    ],
  },
});
export { BillableItem, type BillableItemRow } from './billable-item.entity.ts';
export { isWaiting } from './blocks.operations.ts';
export { draftForItems } from './invoice-items.operations.ts';
export { BilledAccount, InvoicingTenant, type BilledAccountRow } from './trading-terms.entity.ts';
