import type { Money } from '#kernel';
import type { BuyerIdType, ElectronicKind, Environment, PaymentMethod } from './codes.rules.ts';

/** Who issues: a taxpayer of Ecuador at one of its establishments. */
export type Issuer = {
  readonly ruc: string;
  readonly legalName: string;
  readonly tradeName?: string;
  readonly mainAddress: string;
  readonly establishmentAddress?: string;
  readonly specialTaxpayer?: string;
  readonly keepsAccounts: boolean;
  readonly withholdingAgent?: string;
  readonly isRimpe?: boolean;
  /** The RUC of who provides this software where that is another: it must be named on each document. */
  readonly softwareProvider?: string;
};

/** Who buys. */
export type Buyer = {
  readonly idType: BuyerIdType;
  readonly id: string;
  readonly name: string;
  readonly address?: string;
};

/** A tax of a line as the SRI names it: `code` 2 VAT, 3 excise, 5 levy on bottles. */
export type ElectronicTax = {
  readonly code: string;
  readonly rateCode: string;
  /** In percent. */
  readonly rate: string;
  readonly base: Money;
  readonly amount: Money;
};

/** A line; `discount` holds its share of the document's discount too. */
export type ElectronicLine = {
  readonly code: string;
  readonly otherCode?: string;
  readonly description: string;
  readonly unit?: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly discount: Money;
  readonly base: Money;
  readonly details?: readonly { readonly name: string; readonly value: string }[];
  readonly taxes: readonly ElectronicTax[];
};

/** What every document begins with. */
export type Heading = {
  readonly issuer: Issuer;
  readonly environment: Environment;
  readonly establishment: string;
  readonly emissionPoint: string;
  readonly sequence: number;
  readonly accessKey: string;
  /** `YYYY-MM-DD`, the day in Guayaquil. */
  readonly issuedOn: string;
  /** At most 14 of them. */
  readonly notes?: readonly { readonly name: string; readonly value: string }[];
};

/** An invoice. Nothing in it is negative: what comes back is a credit note. */
export type ElectronicInvoice = Heading & {
  readonly kind: Extract<ElectronicKind, 'INVOICE'>;
  readonly buyer: Buyer;
  readonly waybill?: string;
  readonly lines: readonly ElectronicLine[];
  readonly total: Money;
  readonly tip?: Money;
  readonly payments: readonly { readonly method: PaymentMethod; readonly amount: Money; readonly days?: number }[];
};

/** A credit note on one invoice. */
export type ElectronicCreditNote = Heading & {
  readonly kind: Extract<ElectronicKind, 'CREDIT_NOTE'>;
  readonly buyer: Buyer;
  readonly lines: readonly ElectronicLine[];
  readonly total: Money;
  readonly reason: string;
  /** The invoice: its number `001-001-000000123` and its day. */
  readonly of: { readonly number: string; readonly issuedOn: string };
};

/** Goods on their way. */
export type ElectronicWaybill = Heading & {
  readonly kind: Extract<ElectronicKind, 'WAYBILL'>;
  readonly from: string;
  readonly carrier: { readonly idType: BuyerIdType; readonly id: string; readonly name: string };
  readonly plate: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly receivers: readonly {
    readonly id: string;
    readonly name: string;
    readonly address: string;
    readonly reason: string;
    readonly customsDocument?: string;
    readonly destinationCode?: string;
    readonly route?: string;
    readonly of?: { readonly number: string; readonly accessKey: string; readonly issuedOn: string };
    readonly lines: readonly {
      readonly code: string;
      readonly otherCode?: string;
      readonly description: string;
      readonly quantity: string;
    }[];
  }[];
};

/** A document that is sent to the SRI. */
export type SriDocument = ElectronicInvoice | ElectronicCreditNote | ElectronicWaybill;
