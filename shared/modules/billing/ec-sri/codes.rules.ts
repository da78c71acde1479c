// The code tables of the SRI's technical guide (domain 1.4). Rates of VAT are not here: they have a time and live with the taxes.

/** Kinds of document. */
export const documentCodes = { INVOICE: '01', CREDIT_NOTE: '04', WAYBILL: '06' } as const;
/** Kinds of document that are sent. */
export type ElectronicKind = keyof typeof documentCodes;

/** Where documents are sent: to the tests of the SRI, or for real. */
export const environmentCodes = { TEST: '1', PRODUCTION: '2' } as const;
/** Where documents are sent. */
export type Environment = keyof typeof environmentCodes;

/** How the number of a buyer is to be read. */
export const buyerIdCodes = { RUC: '04', CEDULA: '05', PASSPORT: '06', FINAL_CONSUMER: '07', FOREIGN: '08' } as const;
/** How the number of a buyer is to be read. */
export type BuyerIdType = keyof typeof buyerIdCodes;

/** Who buys without saying who they are. */
export const finalConsumerId = '9999999999999';

/** Taxes. */
export const taxCodes = { VAT: '2', EXCISE: '3', LEVY: '5' } as const;

/** Ways to pay. */
export const paymentCodes = {
  CASH: '01',
  COMPENSATION: '15',
  DEBIT_CARD: '16',
  ELECTRONIC_MONEY: '17',
  PREPAID_CARD: '18',
  CREDIT_CARD: '19',
  BANK: '20',
  ENDORSEMENT: '21',
} as const;
/** A way to pay. */
export type PaymentMethod = keyof typeof paymentCodes;
