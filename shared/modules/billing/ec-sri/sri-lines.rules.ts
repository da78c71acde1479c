// Lines, taxes and buyers of our documents as the SRI names them.
import { given, zero, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';
import type { Buyer as DocumentBuyer } from '#modules/billing/invoices';
import { finalConsumerId, taxCodes, type BuyerIdType } from './codes.rules.ts';
import type { Corrections } from './electronic-document.entity.ts';
import type { Buyer, ElectronicLine, ElectronicTax } from './sri-document.rules.ts';

/** The codes of the SRI for a tax of ours, by the tax's own code. */
export type Authorities = ReadonlyMap<string, { readonly tax: string; readonly rate: string }>;

type SoldLine = {
  readonly key: string;
  readonly code?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly gross: Money;
  readonly discount: Money;
  readonly headerDiscount: Money;
  readonly base: Money;
  readonly taxes: readonly {
    readonly code: string;
    readonly kind: string;
    readonly percent: string;
    readonly base: Money;
    readonly amount: Money;
  }[];
};

/** A line; a discount on the whole document is part of each line's own. @throws Error for a tax that the SRI has no code for */
export const sriLine = (line: SoldLine, authorities: Authorities): ElectronicLine =>
  given({
    code: line.code ?? line.key,
    description: line.description ?? line.code ?? line.key,
    unit: line.unit,
    quantity: line.quantity,
    ...pricesOf(line),
    base: line.base,
    taxes: taxesOf(line, authorities),
  });

/** A price with taxes in it is put without them: what the SRI adds up is quantity by price less discount. */
const pricesOf = ({ unitPrice, quantity, gross, discount, headerDiscount, base }: SoldLine) => {
  const off = { ...discount, minor: discount.minor + headerDiscount.minor };
  if (gross.minor - off.minor === base.minor) return { unitPrice, discount: off };
  const each = new Exact(quantity).isZero() ? new Exact(0) : new Exact(base.minor).div(100).div(quantity);
  return { unitPrice: each.toDecimalPlaces(6).toFixed(), discount: zero(base.currency) };
};

/** Where the customer is spared all taxes, the SRI wants to read that. */
const taxesOf = ({ taxes, base }: SoldLine, authorities: Authorities): readonly ElectronicTax[] => {
  if (taxes.length === 0)
    return [{ code: taxCodes.VAT, rateCode: exempt, rate: '0', base, amount: zero(base.currency) }];
  return taxes.map((tax) => {
    const authority = authorities.get(tax.code);
    if (!authority) throw new UnknownTax(tax.code);
    return { code: authority.tax, rateCode: authority.rate, rate: tax.percent, base: tax.base, amount: tax.amount };
  });
};

const exempt = '7';

/** A tax without codes of the SRI. */
export class UnknownTax extends Error {
  override readonly name = 'UnknownTax';
  constructor(code: string) {
    super(`The SRI has no code for the tax ${code}; write it into its rate (authority).`);
  }
}

const idTypes: Readonly<Record<NonNullable<DocumentBuyer['taxIdType']>, BuyerIdType>> = {
  RUC: 'RUC',
  CEDULA: 'CEDULA',
  PASSPORT: 'PASSPORT',
  VAT: 'FOREIGN',
  OTHER: 'FOREIGN',
  FINAL_CONSUMER: 'FINAL_CONSUMER',
};

/** How the number of somebody is to be read. */
export const idTypeOf = (type: keyof typeof idTypes | undefined, id: string): BuyerIdType =>
  type ? idTypes[type] : /^\d{10}$/.test(id) ? 'CEDULA' : 'RUC';

/** Who buys, with what was corrected since. */
export const sriBuyer = (buyer: DocumentBuyer, corrected: Corrections = {}): Buyer => {
  const { buyerIdType, buyerId: id = buyer.taxId ?? '', buyerName: name = buyer.name } = corrected;
  const idType = buyerIdType ?? (buyer.isFinalConsumer ? 'FINAL_CONSUMER' : idTypeOf(buyer.taxIdType, id));
  const address = corrected.buyerAddress ?? buyer.address;
  if (idType === 'FINAL_CONSUMER') return given({ idType, id: finalConsumerId, name: 'CONSUMIDOR FINAL', address });
  return given({ idType, id, name, address });
};

/** What else is said, by names: where to reach the buyer, the buyer's own number. What is empty is left out. */
export const notesOf = (notes: Readonly<Record<string, string | undefined>>) =>
  Object.entries(notes).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]));
