// All amounts of a document from its lines: quotes, orders, deliveries, invoices and credit notes count here and nowhere else.
import { add, allocate, moneyOf, percentOf, subtract, sum, zero, type Money } from '#kernel';
import { lineAmounts, type Discount, type LineAmounts, type LineToPrice } from './line-amounts.rules.ts';
import { reductionsOf, type DocumentPromotion, type Reduction } from './promotions.rules.ts';
import {
  addTaxes,
  includedTaxes,
  taxSummary,
  type TaxAmount,
  type TaxedLine,
  type TaxRate,
  type TaxRounding,
} from '#modules/catalog/taxes';

/** A line of a document before it is priced. Quantities are never negative: what comes back is a credit note. */
export type DocumentLine = LineToPrice & {
  /** Stays with the line: shares of rounding are dealt out by it, so that the order of lines does not matter. */
  readonly id: string;
  readonly product?: string;
  readonly taxes: readonly TaxRate[];
  /** Keeps its price when the whole document is discounted. */
  readonly isNetPriced?: boolean;
};

/** A discount on the whole document: percentages first, one upon the other, then amounts. */
export type HeaderDiscount = { readonly percent: string } | { readonly amount: Money };

/** A document before it is priced. */
export type DocumentToPrice = {
  readonly currency: string;
  readonly lines: readonly DocumentLine[];
  readonly promotions?: readonly DocumentPromotion[];
  readonly headerDiscounts?: readonly HeaderDiscount[];
  readonly taxRounding: TaxRounding;
  /** Prices, discounts and the lines' `gross` and `net` hold taxes; bases do not. */
  readonly pricesIncludeTax?: boolean;
};

/** A line with all its amounts: `net` is `gross` less `discount`, `base` is `net` less its share of the header discount, without taxes. */
export type PricedLine = Omit<LineAmounts, 'applied'> & {
  readonly id: string;
  readonly discounts: readonly Discount[];
  readonly promotions: readonly Reduction[];
  readonly headerDiscount: Money;
  readonly base: Money;
  readonly taxes: readonly TaxAmount[];
  readonly tax: Money;
  readonly total: Money;
};

/** A document with all its amounts. `total` is what it costs; `payable` what is paid once the customer has withheld taxes. */
export type DocumentAmounts = {
  readonly lines: readonly PricedLine[];
  readonly gross: Money;
  readonly lineDiscount: Money;
  readonly headerDiscount: Money;
  readonly base: Money;
  readonly taxes: readonly TaxAmount[];
  readonly tax: Money;
  readonly total: Money;
  readonly payable: Money;
};

/** Prices a document. @throws CURRENCY_MISMATCH for a header discount or a promotion in another currency */
export const documentAmounts = (document: DocumentToPrice): DocumentAmounts => {
  const { currency, headerDiscounts = [] } = document;
  const lines = [...document.lines].sort((a, b) => (a.id < b.id ? -1 : 1));
  const offered = withPromotions(lines, document);
  const shares = headerShares(offered, headerDiscounts, currency);
  const due = offered.map((line, index) => subtract(line.net, shares[index] ?? zero(currency)));
  const taxed = taxedLines(lines, due, document);
  const priced = offered.map((line, index) =>
    pricedLine(line, shares[index] ?? zero(currency), taxed[index] ?? { base: line.net, taxes: [] }),
  );
  const byId = new Map(priced.map((line) => [line.id, line]));
  return totalsOf(
    document.lines.flatMap(({ id }) => byId.get(id) ?? []),
    taxed,
    currency,
  );
};

type OfferedLine = Omit<LineAmounts, 'applied'> &
  Pick<PricedLine, 'id' | 'discounts' | 'promotions'> & { readonly isNetPriced: boolean };

const withPromotions = (
  lines: readonly DocumentLine[],
  { currency, promotions = [] }: DocumentToPrice,
): readonly OfferedLine[] => {
  const amounts = lines.map((line) => ({ line, amounts: lineAmounts(line, currency) }));
  const reductions = reductionsOf(
    amounts.map(({ line, amounts: { net } }) => ({ ...line, net })),
    promotions,
  );
  return amounts.map(({ line, amounts: { unitPrice, gross, discount, applied } }) => {
    const its = reductions.filter((reduction) => reduction.line === line.id);
    const off = sum([discount, ...its.map(({ amount }) => amount)], currency);
    return {
      id: line.id,
      isNetPriced: line.isNetPriced ?? false,
      unitPrice,
      gross,
      discount: off,
      net: subtract(gross, off),
      discounts: applied,
      promotions: its,
    };
  });
};

/** What each line bears of the header discounts, by largest remainder over the lines that take part. */
const headerShares = (
  lines: readonly OfferedLine[],
  discounts: readonly HeaderDiscount[],
  currency: string,
): readonly Money[] => {
  const weights = lines.map(({ net, isNetPriced }) => (isNetPriced ? 0 : net.minor));
  const eligible = moneyOf(
    weights.reduce((all, weight) => all + weight, 0),
    currency,
  );
  const off = headerOff(eligible, discounts);
  return eligible.minor === 0 ? lines.map(() => zero(currency)) : allocate(off, weights);
};

const headerOff = (eligible: Money, discounts: readonly HeaderDiscount[]): Money => {
  let left = eligible;
  for (const discount of discounts) if ('percent' in discount) left = subtract(left, percentOf(left, discount.percent));
  for (const discount of discounts) if ('amount' in discount) left = subtract(left, discount.amount);
  return subtract(eligible, left.minor < 0 ? zero(left.currency) : left);
};

const taxedLines = (
  lines: readonly DocumentLine[],
  due: readonly Money[],
  { taxRounding, pricesIncludeTax }: DocumentToPrice,
): readonly TaxedLine[] => {
  const taxable = lines.map(({ quantity, taxes }, index) => ({ quantity, taxes, amount: due[index] ?? zero('USD') }));
  return pricesIncludeTax ? taxable.map(includedTaxes) : addTaxes(taxable, taxRounding);
};

const pricedLine = (
  { isNetPriced: _, ...line }: OfferedLine,
  headerDiscount: Money,
  { base, taxes }: TaxedLine,
): PricedLine => {
  const tax = taxWithin(taxes, base.currency);
  return { ...line, headerDiscount, base, taxes, tax, total: add(base, tax) };
};

const taxWithin = (taxes: readonly TaxAmount[], currency: string): Money =>
  sum(
    taxes.filter(({ kind }) => kind !== 'WITHHOLDING').map(({ amount }) => amount),
    currency,
  );

const totalsOf = (lines: readonly PricedLine[], taxed: readonly TaxedLine[], currency: string): DocumentAmounts => {
  const taxes = taxSummary(taxed);
  const base = sum(
    lines.map((line) => line.base),
    currency,
  );
  const tax = taxWithin(taxes, currency);
  const total = add(base, tax);
  const withheld = sum(
    taxes.filter(({ kind }) => kind === 'WITHHOLDING').map(({ amount }) => amount),
    currency,
  );
  return {
    lines,
    gross: sum(
      lines.map((line) => line.gross),
      currency,
    ),
    lineDiscount: sum(
      lines.map((line) => line.discount),
      currency,
    ),
    headerDiscount: sum(
      lines.map((line) => line.headerDiscount),
      currency,
    ),
    base,
    taxes,
    tax,
    total,
    payable: add(total, withheld),
  };
};
