import type { Master } from '#modules/platform/exchange';
import type { outsideTypes } from './outside-document.entity.ts';

type OutsideType = (typeof outsideTypes)[number];

const documents = (kind: string, type: OutsideType, what: string): Master => ({
  kind,
  describes: `${what} of the other system.`,
  entity: 'OutsideDocument',
  makes: true,
  ofNew: { type },
});

/** What other systems tell of sales and collections. */
export const documentMasters: readonly Master[] = [
  documents('ORDERS', 'ORDER', 'Orders'),
  documents('DELIVERIES', 'DELIVERY', 'Deliveries'),
  documents('INVOICES', 'INVOICE', 'Invoices'),
  documents('CREDIT_NOTES', 'CREDIT_NOTE', 'Credit notes'),
  documents('PAYMENTS', 'PAYMENT', 'Payments'),
];
