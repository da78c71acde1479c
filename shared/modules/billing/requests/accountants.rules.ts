// Who makes the invoices that others ask for, and what they are told.
import { list, optional, ref, type Context } from '#kernel';
import type { NotificationKind } from '#modules/platform/notifications';
import { Role } from '#modules/platform/roles';
import type { TenantDefaults } from '#modules/platform/tenants';

/** Who makes invoices that others ask for; added to the tenant. */
export const requestSettings = {
  accountants: optional(
    list(ref('User', { describes: 'Somebody.' }), {
      max: 20,
      describes: 'Who is told of requests for invoices, and of what is late, unusual or over credit.',
    }),
  ),
};

const all = { read: 'all', create: 'all', update: 'all' } as const;

/**
 * The role of those who invoice: requests with all that they say, customers, invoices and what waits to be invoiced; no deals,
 * no offers, no activities.
 */
const accountant = {
  key: 'accountant',
  name: 'Accountant',
  description: 'Makes invoices that others ask for, and all other invoices. Sees no deals.',
  entities: [
    { entity: 'InvoiceRequest', read: 'all', update: 'all' },
    ...['Invoice', 'CreditNote', 'BillableItem', 'InvoicingRun'].map((entity) => ({ entity, ...all })),
    ...['Account', 'Contact', 'Delivery', 'Order', 'EmissionPoint', 'Product', 'Advance', 'BillingAlarm'].map(
      (entity) => ({ entity, read: 'all' as const }),
    ),
    { entity: 'Notification', read: 'own', update: 'own' },
    ...['User', 'Team'].map((entity) => ({ entity, read: 'all' as const })),
  ],
  operations: ['invoiceRequest.fulfil', 'invoice.*', 'creditNote.*', 'billableItem.*', 'invoicingRun.*'],
} as const;

/** New tenants have that role, to be changed like any of their own. */
export const accountantRole: TenantDefaults = {
  name: 'accountantRole',
  run: ({ trusted }: Context) => {
    trusted(Role).create(accountant);
    return Promise.resolve();
  },
};

/** What accountants and those who ask them are told. */
export const requestNotifications: readonly NotificationKind[] = [
  {
    key: 'invoiceRequest.requested',
    label: { es: 'Solicitudes de factura', en: 'Requests for invoices' },
    usual: 'MAIL',
  },
  {
    key: 'invoiceRequest.answered',
    label: { es: 'Respuestas a mis solicitudes de factura', en: 'Answers to my requests for invoices' },
    usual: 'MAIL',
  },
];
