import { moneyOf, subtract, sum, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';
import type { StoredTotals } from '#modules/catalog/pricing';
import type { AdvanceRow } from './advance.entity.ts';
import type { InvoiceRow } from './invoice.entity.ts';

/**
 * A part of an advance as what it is deducted by: its taxes in the shares that the advance had. All parts of an advance come to its
 * own taxes, to the cent.
 */
export const deductionOf = (
  { id, number, total, remaining }: Pick<AdvanceRow, 'id' | 'number' | 'total' | 'remaining'>,
  { taxes, base }: Pick<StoredTotals, 'taxes' | 'base'>,
  amount: Money,
): InvoiceRow['deductions'][number] => {
  const before = total.minor - remaining.minor;
  const share = (whole: Money): Money =>
    moneyOf(upTo(whole, before + amount.minor, total) - upTo(whole, before, total), whole.currency);
  const charged = taxes
    .filter(({ kind }) => kind !== 'WITHHOLDING')
    .map((tax) => ({ ...tax, base: share(tax.base), amount: share(tax.amount) }));
  const tax = sum(
    charged.map((each) => each.amount),
    base.currency,
  );
  return { advance: id, number, base: subtract(amount, tax), taxes: charged, total: amount };
};

const upTo = (whole: Money, part: number, total: Money): number =>
  new Exact(whole.minor).times(part).div(total.minor).toDecimalPlaces(0).toNumber();
