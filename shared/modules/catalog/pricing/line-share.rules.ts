// Part of a priced line: what so many of its units come to. The parts of a line add up to the line, to the cent, whatever their sizes.
import { add, given, moneyOf, subtract, sum, type Money } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { taxSummary } from '#modules/catalog/taxes';
import type { StoredLine, StoredTotals } from './document-line.entity.ts';

/** What a part of a line is, by how much of the line other parts took before it. */
export type LinePart = { readonly before: string; readonly quantity: string };

/** A part of a line with all its amounts, at the price, discounts and taxes that it has; nothing else that its document keeps on it. */
export const shareOfLine = (line: StoredLine, part: LinePart): StoredLine => {
  const share = sharing(line.quantity, part);
  const taxes = line.taxes.map((tax) => ({ ...tax, base: share(tax.base), amount: share(tax.amount) }));
  const [gross, net, base] = [share(line.gross), share(line.net), share(line.base)];
  const tax = chargedIn(taxes, base.currency);
  const total = add(base, tax);
  return {
    ...pricedFieldsOf(line),
    quantity: part.quantity,
    discounts: line.discounts.map((discount) => ({ ...discount, value: valueFor(discount, line.quantity, part) })),
    promotions: line.promotions.map((promotion) => ({ ...promotion, amount: share(promotion.amount) })),
    ...{ gross, net, base, taxes, tax, total },
    discount: subtract(gross, net),
    headerDiscount: subtract(net, holdsTaxes(line) ? total : base),
  };
};

type LineTotals = Pick<StoredLine, 'gross' | 'discount' | 'headerDiscount' | 'base' | 'taxes'>;

const pricedFieldsOf = (line: StoredLine): StoredLine =>
  given({
    ...{ key: line.key, product: line.product, code: line.code, description: line.description, note: line.note },
    ...{ quantity: line.quantity, unit: line.unit, warehouse: line.warehouse, unitCost: line.unitCost },
    ...{ taxCategory: line.taxCategory, taxCodes: line.taxCodes, unitPrice: line.unitPrice },
    ...{ priceStep: line.priceStep, priceTrace: line.priceTrace, discounts: line.discounts },
    ...{ promotions: line.promotions, gross: line.gross, discount: line.discount, net: line.net },
    ...{ headerDiscount: line.headerDiscount, base: line.base, taxes: line.taxes, tax: line.tax, total: line.total },
  });

/** The totals of lines that have their amounts already. */
export const totalsOfLines = (lines: readonly LineTotals[], currency: string): StoredTotals => {
  const all = (amountOf: (line: LineTotals) => Money): Money => sum(lines.map(amountOf), currency);
  const taxes = taxSummary(lines);
  const [base, tax] = [all((line) => line.base), chargedIn(taxes, currency)];
  const total = add(base, tax);
  return {
    gross: all((line) => line.gross),
    lineDiscount: all((line) => line.discount),
    headerDiscount: all((line) => line.headerDiscount),
    ...{ base, taxes, tax, total },
    payable: add(
      total,
      subtract(
        sum(
          taxes.map(({ amount }) => amount),
          currency,
        ),
        tax,
      ),
    ),
  };
};

/** What an amount of the whole line is for the part: what is due up to its end, less what was due up to its beginning. */
const sharing = (whole: string, { before, quantity }: LinePart): ((amount: Money) => Money) => {
  const upTo = (amount: Money, units: string): number =>
    new Exact(amount.minor).times(units).div(whole).toDecimalPlaces(0).toNumber();
  const end = decimalText(new Exact(before).plus(quantity));
  const isNothing = new Exact(whole).isZero();
  return (amount) => moneyOf(isNothing ? 0 : upTo(amount, end) - upTo(amount, before), amount.currency);
};

/** Only an amount on the line as a whole is less for a part of it. */
const valueFor = ({ kind, value }: StoredLine['discounts'][number], whole: string, { quantity }: LinePart): string =>
  kind === 'AMOUNT' && !new Exact(whole).isZero()
    ? decimalText(new Exact(value).times(quantity).div(whole).toDecimalPlaces(6))
    : value;

const holdsTaxes = ({ net, headerDiscount, base }: StoredLine): boolean =>
  subtract(net, headerDiscount).minor !== base.minor;

type Tax = StoredTotals['taxes'][number];

const chargedIn = (taxes: readonly Tax[], currency: string): Money =>
  sum(
    taxes.filter(({ kind }) => kind !== 'WITHHOLDING').map(({ amount }) => amount),
    currency,
  );
