// Priced lines as documents keep them.
import { given, multiply, type Money } from '#kernel';
import type { FoundPrice } from '#modules/catalog/prices';
import type { ProductRow } from '#modules/catalog/products';
import type { DocumentAmounts, PricedLine } from './document-amounts.rules.ts';
import type { StoredLine, StoredTotals } from './document-line.entity.ts';
import type { KeyedLine } from './keyed-lines.operations.ts';

/** A line, its product where it has one, and the price that was found. */
export type Priced = {
  readonly line: KeyedLine;
  readonly product: ProductRow | undefined;
  readonly price: FoundPrice;
};

/** Lines and totals as documents keep them, and the promotions that gave something. */
export const storedDocument = (
  priced: readonly Priced[],
  { lines, ...totals }: DocumentAmounts,
): {
  readonly lines: readonly StoredLine[];
  readonly totals: StoredTotals;
  readonly promotions: readonly string[];
} => ({
  lines: priced.flatMap((each, index) => {
    const amounts = lines[index];
    return amounts ? [storedLine(each, amounts)] : [];
  }),
  totals: { ...totals, taxes: totals.taxes.map(taxOf) },
  promotions: promotionsIn(lines),
});

const storedLine = ({ line, product, price }: Priced, amounts: PricedLine): StoredLine =>
  given({
    key: line.key,
    product: line.product,
    code: product?.sku,
    description: line.description ?? product?.name ?? '',
    note: line.note,
    quantity: line.quantity,
    unit: line.unit ?? product?.unit,
    warehouse: line.warehouse,
    taxCategory: line.taxCategory,
    taxCodes: line.taxCodes,
    unitCost: product && costIn(product, line.unit),
    priceStep: price.step,
    priceTrace: price.trace,
    ...amountsOf(amounts),
  });

/** What one unit of the line costs us: a box as many of the product’s own units as it holds. */
const costIn = ({ cost, units = [] }: ProductRow, unit: string | undefined): Money | undefined => {
  const holds = units.find((other) => other.unit === unit)?.holds;
  return cost && holds !== undefined ? multiply(cost, holds) : cost;
};

const amountsOf = ({ unitPrice, discounts, promotions, taxes, ...amounts }: PricedLine) => ({
  unitPrice,
  discounts: discounts.map(({ id, source, kind, value, stacking, group }) =>
    given({ id, source, kind, value, stacking, group }),
  ),
  promotions: promotions.map(({ promotion, amount }) => ({ promotion, amount })),
  gross: amounts.gross,
  discount: amounts.discount,
  net: amounts.net,
  headerDiscount: amounts.headerDiscount,
  base: amounts.base,
  taxes: taxes.map(taxOf),
  tax: amounts.tax,
  total: amounts.total,
});

const taxOf = ({ code, kind, percent, base, amount }: PricedLine['taxes'][number]) => ({
  code,
  kind,
  percent,
  base,
  amount,
});

const promotionsIn = (lines: readonly PricedLine[]): readonly string[] => [
  ...new Set(
    lines.flatMap(({ discounts, promotions }) => [
      ...discounts.flatMap(({ id, source }) => (source === 'PROMOTION' ? [id] : [])),
      ...promotions.map(({ promotion }) => promotion),
    ]),
  ),
];
