// What lines of documents come to as items to be invoiced, and what is left of them when something comes back. Pure.
import { add, given, toDecimal, type Money } from '#kernel';
import { compareDecimals, decimalText, Exact } from '#kernel/decimals';
import { shareOfLine, type LineInput, type StoredLine } from '#modules/catalog/pricing';

/** What an item says of a line. */
export type BilledLine = Pick<
  StoredLine,
  'product' | 'note' | 'quantity' | 'unit' | 'unitPrice' | 'taxCategory' | 'taxCodes'
> & {
  readonly description: string;
  readonly reduction: Money;
  readonly base: Money;
  readonly total: Money;
};

/** So much of a priced line, as an item to be invoiced. */
export const billedLine = (line: StoredLine, quantity: string = line.quantity): BilledLine => {
  const part = quantity === line.quantity ? line : shareOfLine(line, { before: '0', quantity });
  return given({
    ...{ product: line.product, note: line.note, unit: line.unit, unitPrice: line.unitPrice, quantity },
    ...{ taxCategory: line.taxCategory, taxCodes: line.taxCodes },
    description: line.description === undefined || line.description === '' ? (line.code ?? line.key) : line.description,
    reduction: add(part.discount, part.headerDiscount),
    ...{ base: part.base, total: part.total },
  });
};

type Item = Omit<BilledLine, 'base' | 'total'>;

/** The line of an invoice that an item becomes, at the price that was agreed. */
export const invoiceLineOf = (item: Item): LineInput =>
  given({
    ...{ product: item.product, description: item.description, note: item.note, quantity: item.quantity },
    ...{ unit: item.unit, taxCategory: item.taxCategory, taxCodes: item.taxCodes, unitPrice: item.unitPrice },
    discounts:
      item.reduction.minor === 0
        ? undefined
        : [{ kind: 'AMOUNT' as const, value: toDecimal(item.reduction), stacking: 'CASCADE' as const }],
  });

type Amounts = { readonly quantity: string; readonly reduction: Money; readonly base: Money; readonly total: Money };

/** An item of which only so much is left to be invoiced. */
export const reducedTo = (item: Amounts, quantity: string): Amounts => {
  const share = (amount: Money): Money => ({
    ...amount,
    minor: new Exact(amount.minor).times(quantity).div(item.quantity).toDecimalPlaces(0).toNumber(),
  });
  return { quantity, reduction: share(item.reduction), base: share(item.base), total: share(item.total) };
};

/** The lesser of two quantities, never below nothing. */
export const atMost = (quantity: string, most: string): string => {
  const least = compareDecimals(quantity, most) > 0 ? most : quantity;
  return compareDecimals(least, '0') < 0 ? '0' : least;
};

/** Quantities together. */
export const totalOf = (quantities: readonly string[]): string =>
  decimalText(quantities.reduce((all, each) => all.plus(each), new Exact(0)));

/** One quantity less another; negative where that was more. */
export const minus = (from: string, taken: string): string => decimalText(new Exact(from).minus(taken));

/** What of an order’s line no invoice, no draft and no return has taken. */
export const uninvoicedOf = ({ quantity, cancelled, returned, invoiced }: OrderedLine): string =>
  minus(quantity, totalOf([cancelled, returned, invoiced]));

/** A line of an order, as far as invoices go. */
export type OrderedLine = {
  readonly quantity: string;
  readonly cancelled: string;
  readonly returned: string;
  readonly invoiced: string;
};
