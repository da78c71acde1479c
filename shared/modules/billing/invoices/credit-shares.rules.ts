// What a credit note takes of an invoice's lines: in proportion, to the cent, never more than is left. Whatever the order and the
// sizes of the credit notes, all of them together come to the line exactly.
import { allocate, DomainError, moneyOf, subtract, sum, add, toDecimal, zero, type Money } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import type { InvoiceLine, LineShare } from './invoice.entity.ts';

type Tax = LineShare['taxes'][number];

/** What of a line no credit note has taken yet. */
export const remainingOf = (line: InvoiceLine): LineShare => {
  const { creditedShare: taken } = line;
  return {
    quantity: decimalText(new Exact(line.quantity).minus(line.credited)),
    gross: less(line.gross, taken?.gross),
    discount: less(line.discount, taken?.discount),
    headerDiscount: less(line.headerDiscount, taken?.headerDiscount),
    base: less(line.base, taken?.base),
    taxes: line.taxes.map((tax) => lessTax(tax, taken)),
  };
};

const less = (amount: Money, taken: Money | undefined): Money => (taken ? subtract(amount, taken) : amount);

const lessTax = (tax: Tax, taken: LineShare | undefined): Tax => {
  const own = taken?.taxes.find(({ code }) => code === tax.code);
  return { ...tax, base: less(tax.base, own?.base), amount: less(tax.amount, own?.amount) };
};

/** All that is left, or so many of it at what is left for them. @throws OVER_CREDITED */
export const shareOfUnits = (left: LineShare, quantity: string, path: readonly (string | number)[]): LineShare => {
  const [asked, all] = [new Exact(quantity), new Exact(left.quantity)];
  if (asked.greaterThan(all)) throw overCredited(`Only ${left.quantity} are left to be credited.`, path);
  if (asked.equals(all)) return left;
  const gross = proportion(left.gross, asked, all);
  const [discount, headerDiscount, base] = allocate(gross, [
    left.discount.minor,
    left.headerDiscount.minor,
    left.base.minor,
  ]) as [Money, Money, Money];
  return { quantity, gross, discount, headerDiscount, base, taxes: taxesOn(left, base) };
};

/** An amount without taxes: the price of one that was too much, a rebate. @throws OVER_CREDITED, CURRENCY_MISMATCH */
export const shareOfBase = (left: LineShare, base: Money, path: readonly (string | number)[]): LineShare => {
  if (base.currency !== left.base.currency)
    throw new DomainError('CURRENCY_MISMATCH', `The invoice is in ${left.base.currency}.`, path);
  if (base.minor > left.base.minor)
    throw overCredited(`Only ${toDecimal(left.base)} are left to be credited, without taxes.`, path);
  return { quantity: '1', gross: base, ...nothingOff(base.currency), base, taxes: taxesOn(left, base) };
};

/** An amount with taxes, of which each tax has its part: what an advance is reduced by. @throws OVER_CREDITED */
export const shareOfTotal = (left: LineShare, total: Money): LineShare => {
  const charged = left.taxes.filter(({ kind }) => kind !== 'WITHHOLDING');
  const parts = [left.base, ...charged.map(({ amount }) => amount)];
  if (total.minor > sum(parts, total.currency).minor) throw overCredited('Less is left to be credited.', ['amount']);
  const [base = total, ...amounts] = allocate(
    total,
    parts.map(({ minor }) => minor),
  );
  const byCode = new Map(charged.map(({ code }, index) => [code, amounts[index]]));
  const taxes = taxesOn(left, base).map((tax) => ({ ...tax, amount: byCode.get(tax.code) ?? tax.amount }));
  return { quantity: '1', gross: base, ...nothingOff(total.currency), base, taxes };
};

/** An amount over lines, in proportion to what is left of them. @throws OVER_CREDITED, CURRENCY_MISMATCH */
export const spread = (amount: Money, left: readonly Money[]): readonly Money[] => {
  const most = sum(left, left[0]?.currency ?? amount.currency);
  if (amount.currency !== most.currency)
    throw new DomainError('CURRENCY_MISMATCH', `The invoice is in ${most.currency}.`, ['amount']);
  if (amount.minor > most.minor) throw overCredited(`Only ${toDecimal(most)} are left to be credited.`, ['amount']);
  return allocate(
    amount,
    left.map(({ minor }) => minor),
  );
};

/** What a line has been credited once this share is. @throws OVER_CREDITED when less is left */
export const credited = (line: InvoiceLine, share: LineShare, isReturned: boolean): InvoiceLine => {
  const left = remainingOf(line);
  const units = new Exact(isReturned ? share.quantity : 0);
  if (share.base.minor < 0)
    throw overCredited(`Of line ${line.key} less than nothing is credited.`, ['lines', line.key]);
  const isMore = share.base.minor > left.base.minor || share.taxes.some((tax) => isMoreThan(tax, left));
  if (isMore || units.greaterThan(left.quantity))
    throw overCredited(`Of line ${line.key} less is left to be credited.`, ['lines', line.key]);
  return {
    ...line,
    credited: decimalText(units.plus(line.credited)),
    creditedShare: together(line.creditedShare ?? nothingOf(line), share),
  };
};

const isMoreThan = (tax: Tax, left: LineShare): boolean =>
  Math.abs(tax.amount.minor) > Math.abs(left.taxes.find(({ code }) => code === tax.code)?.amount.minor ?? 0);

const nothingOf = ({ taxes, base: { currency } }: InvoiceLine): LineShare => ({
  ...{ quantity: '0', gross: zero(currency), ...nothingOff(currency), base: zero(currency) },
  taxes: taxes.map((tax) => ({ ...tax, base: zero(currency), amount: zero(currency) })),
});

const together = (so: LineShare, more: LineShare): LineShare => ({
  quantity: decimalText(new Exact(so.quantity).plus(more.quantity)),
  gross: add(so.gross, more.gross),
  discount: add(so.discount, more.discount),
  headerDiscount: add(so.headerDiscount, more.headerDiscount),
  base: add(so.base, more.base),
  taxes: so.taxes.map((tax) => {
    const own = more.taxes.find(({ code }) => code === tax.code);
    return own ? { ...tax, base: add(tax.base, own.base), amount: add(tax.amount, own.amount) } : tax;
  }),
});

/** The taxes on a part of what is left: all of them on all of it. */
const taxesOn = (left: LineShare, base: Money): readonly Tax[] =>
  left.taxes.map((tax) => ({
    ...tax,
    base: proportion(tax.base, base.minor, left.base.minor),
    amount: proportion(tax.amount, base.minor, left.base.minor),
  }));

type Amount = ConstructorParameters<typeof Exact>[0];

const proportion = ({ minor, currency }: Money, part: Amount, whole: Amount): Money => {
  const of = new Exact(whole);
  return of.isZero()
    ? zero(currency)
    : moneyOf(new Exact(minor).times(part).div(of).toDecimalPlaces(0).toNumber(), currency);
};

const nothingOff = (currency: string) => ({ discount: zero(currency), headerDiscount: zero(currency) });

const overCredited = (message: string, path: readonly (string | number)[]): DomainError =>
  new DomainError('OVER_CREDITED', message, path);
