import { sum, toDecimal, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';
import { taxCodes } from './codes.rules.ts';
import type { ElectronicLine, ElectronicTax } from './sri-document.rules.ts';

/** The rates of VAT that are no percentage but a reason. */
const reasons: Readonly<Record<string, string>> = { '6': 'NO OBJETO IVA', '7': 'EXENTO IVA' };

/** The sums in the order that the SRI wants. A rate is what the lines say, never a number of ours; a credit note has no tip. */
export const rideTotals = (lines: readonly ElectronicLine[], total: Money, tip?: Money) => {
  const { currency } = total;
  const amountOf = (of: readonly ElectronicTax[]) =>
    sum(
      of.map(({ amount }) => amount),
      currency,
    );
  const taxes = lines.flatMap((line) => line.taxes);
  const vat = taxes.filter(({ code }) => code === taxCodes.VAT);
  const taxed = ratesOf(vat).map((rate) => ({ rate, of: vat.filter((tax) => rateOf(tax) === rate) }));
  const levied = (wanted: string) => amountOf(taxes.filter(({ code }) => code === wanted));
  return [
    ...subtotals(vat, taxed, currency),
    ['SUBTOTAL SIN IMPUESTOS', summed(lines, ({ base }) => base, currency)] as const,
    ['DESCUENTO', summed(lines, ({ discount }) => discount, currency)] as const,
    ['ICE', levied(taxCodes.EXCISE)] as const,
    ...taxed.map(({ rate, of }) => [`IVA ${rate}%`, amountOf(of)] as const),
    ['IRBPNR', levied(taxCodes.LEVY)] as const,
    ...(tip ? [['PROPINA', tip] as const] : []),
    ['VALOR TOTAL', total] as const,
  ].map(([label, money]) => ({ label, value: toDecimal(money) }));
};

type Taxed = readonly { readonly rate: string; readonly of: readonly ElectronicTax[] }[];

const subtotals = (
  vat: readonly ElectronicTax[],
  taxed: Taxed,
  currency: string,
): readonly (readonly [string, Money])[] => {
  const baseOf = (of: readonly ElectronicTax[]) => summed(of, ({ base }) => base, currency);
  return [
    ...taxed.map(({ rate, of }) => [`SUBTOTAL ${rate}%`, baseOf(of)] as const),
    ['SUBTOTAL IVA 0%', baseOf(vat.filter((tax) => rateOf(tax) === '0'))],
    ...Object.entries(reasons).map(
      ([code, reason]) => [`SUBTOTAL ${reason}`, baseOf(vat.filter(({ rateCode }) => rateCode === code))] as const,
    ),
  ];
};

const summed = <T>(of: readonly T[], money: (each: T) => Money, currency: string): Money =>
  sum(of.map(money), currency);

/** `15`, `0`; nothing where the rate is a reason. */
const rateOf = ({ rate, rateCode }: ElectronicTax): string =>
  reasons[rateCode] === undefined ? new Exact(rate).toFixed() : '';

/** The rates above zero, the highest first. */
const ratesOf = (vat: readonly ElectronicTax[]): readonly string[] =>
  [...new Set(vat.map(rateOf))].filter((rate) => Number(rate) > 0).sort((a, b) => Number(b) - Number(a));
