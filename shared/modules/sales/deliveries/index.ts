import { module } from '#kernel';
import { accountSections, openOnes } from '#modules/parties/accounts';
import {
  createDelivery,
  createDeliveryFromOrderCall,
  createDeliveryFromQuoteCall,
  updateDelivery,
} from './create-delivery.operations.ts';
import { deliverySettings } from './delivery-settings.rules.ts';
import { Delivery } from './delivery.entity.ts';
import { cancelDelivery, confirmDelivery, returnDelivery } from './hand-over.operations.ts';
import { issueDeliveryCall } from './issue-delivery.operations.ts';
import { deliveryTemplates } from './mail-templates.rules.ts';
import { sendDelivery } from './send-delivery.operations.ts';

/** Deliveries: what is handed over, the document that says so, the proof that it arrived, and what came back. */
export const deliveries = module('sales/deliveries', {
  entities: [Delivery],
  extensions: [{ of: 'Tenant', fields: deliverySettings }],
  operations: [
    createDelivery,
    createDeliveryFromOrderCall,
    createDeliveryFromQuoteCall,
    updateDelivery,
    issueDeliveryCall,
    confirmDelivery,
    returnDelivery,
    cancelDelivery,
    sendDelivery,
  ],
  contributes: {
    [accountSections]: [openOnes(Delivery, 'deliveries', 'What is on its way to the account, the newest first.')],
    'mail-templates': deliveryTemplates,
    'role-grants': [{ roles: ['support'], withholds: ['delivery.issue', 'delivery.return', 'delivery.cancel'] }],
  },
});
export { createDeliveryFromOrder, createDeliveryFromQuote, type DeliveryAbout } from './create-delivery.operations.ts';
export type { DeliveryLine, DeliveryTransport } from './delivery-fields.entity.ts';
export { Delivery, type DeliveryRow } from './delivery.entity.ts';
export type { LineQuantity } from './delivery.rules.ts';
export { issueDelivery } from './issue-delivery.operations.ts';
export { noteDeliveryInvoiced } from './note-invoiced.operations.ts';
