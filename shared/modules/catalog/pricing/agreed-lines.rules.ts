// Lines that are priced already and come into another document: an order of an offer, the invoice of a contract's month.
import { given, toDecimal } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import type { LineInput, StoredLine } from './document-line.entity.ts';

/** How much of a line is meant: fewer of it, and a factor on its price. */
export type AgreedShare = { readonly quantity?: string; readonly factor?: string };

/**
 * A priced line as it was agreed: its price, and all that was taken off it, the discount on the whole document included, as one
 * amount. To be priced with `agreed`; whole lines come to what they came to before.
 */
export const agreedLine = (
  line: StoredLine,
  { quantity = line.quantity, factor = '1' }: AgreedShare = {},
): LineInput => {
  const taken = { ...line.discount, minor: line.discount.minor + line.headerDiscount.minor };
  const share = new Exact(line.quantity).isZero() ? new Exact(0) : new Exact(quantity).div(line.quantity);
  const value = decimalText(share.times(factor).times(toDecimal(taken)).toDecimalPlaces(6));
  return given({
    ...{ key: line.key, product: line.product, description: line.description, note: line.note, quantity },
    ...{ unit: line.unit, warehouse: line.warehouse, taxCategory: line.taxCategory, taxCodes: line.taxCodes },
    unitPrice: decimalText(new Exact(line.unitPrice).times(factor).toDecimalPlaces(6)),
    discounts: taken.minor === 0 ? undefined : [{ kind: 'AMOUNT' as const, value, stacking: 'CASCADE' as const }],
  });
};

/** A priced line as it would be given again: prices and discounts by hand stay, the others are looked up anew. */
export const askedLine = (line: StoredLine): LineInput =>
  given({
    ...{
      key: line.key,
      product: line.product,
      description: line.description,
      note: line.note,
      quantity: line.quantity,
    },
    ...{ unit: line.unit, warehouse: line.warehouse, taxCategory: line.taxCategory, taxCodes: line.taxCodes },
    unitPrice: line.priceStep === 'MANUAL' ? line.unitPrice : undefined,
    discounts: line.discounts
      .filter(({ source }) => source === 'MANUAL')
      .map(({ kind, value, stacking, group }) => given({ kind, value, stacking, group })),
  });
