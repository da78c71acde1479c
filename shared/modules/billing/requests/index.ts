import { module } from '#kernel';
import { readyPoint } from '#modules/platform/workflows';
import { notificationKinds } from '#modules/platform/notifications';
import { tenantDefaults } from '#modules/platform/tenants';
import { accountantRole, requestNotifications, requestSettings } from './accountants.rules.ts';
import { invoiceForPayment, mailRequested } from './for-payment.reactions.ts';
import { InvoiceRequest } from './invoice-request.entity.ts';
import {
  declineInvoiceRequest,
  fulfilInvoiceRequest,
  requestInvoice,
  tellAccountants,
  withdrawInvoiceRequest,
} from './request.operations.ts';
import { readyWithRequests } from './ready-workflows.rules.ts';

/** Invoices that those who sell ask the accountant for, and those that a stage of a deal asks for by itself. */
export const invoiceRequests = module('billing/requests', {
  entities: [InvoiceRequest],
  extensions: [{ of: 'Tenant', fields: requestSettings }],
  operations: [requestInvoice, fulfilInvoiceRequest, declineInvoiceRequest, withdrawInvoiceRequest],
  reactions: [tellAccountants, invoiceForPayment, mailRequested],
  contributes: {
    [readyPoint]: readyWithRequests,
    [tenantDefaults]: [accountantRole],
    [notificationKinds]: requestNotifications,
    'role-grants': [
      { roles: ['seller', 'support'], withholds: ['invoiceRequest.fulfil'] },
      { roles: ['support'], withholds: ['invoiceRequest.ask'] },
    ],
  },
});
export { accountantsOf } from './request.operations.ts';
export { InvoiceRequest, type InvoiceRequestRow } from './invoice-request.entity.ts';
