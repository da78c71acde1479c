import type { TaxRate, TaxRounding } from './tax-amounts.rules.ts';

/** How sales of a product are taxed; the country says at which rate. */
export const taxCategories = ['STANDARD', 'REDUCED', 'SUPER_REDUCED', 'ZERO', 'EXEMPT', 'NOT_SUBJECT'] as const;
/** How sales of a product are taxed. */
export type TaxCategory = (typeof taxCategories)[number];

/** How a customer stands to taxes. */
export const taxTreatments = ['NORMAL', 'EXEMPT', 'EXPORT', 'EQUIVALENCE_SURCHARGE', 'WITHHOLDS'] as const;
/** How a customer stands to taxes. */
export type TaxTreatment = (typeof taxTreatments)[number];

/** A rate on the days on which it holds; without `category` it is for products that name its code. */
export type TaxRow = TaxRate & {
  readonly country: string;
  readonly category?: TaxCategory;
  readonly from?: string;
  readonly to?: string;
  readonly es: string;
  readonly en: string;
  /** The codes by which the country's tax office knows tax and rate. */
  readonly authority?: { readonly tax: string; readonly rate: string };
};

/** What is sold, as far as taxes go. `codes` name a VAT in place of the category's, and what comes besides. */
export type TaxedItem = {
  readonly category: TaxCategory;
  readonly codes: readonly string[];
  readonly isService: boolean;
};

/** Who buys, as far as taxes go. */
export type TaxedCustomer = {
  readonly treatment: TaxTreatment;
  readonly exemptions: readonly { readonly code: string; readonly from?: string; readonly to?: string }[];
};

/** Rows that hold on a day. A tenant's own come first, so that they take the place of national ones with the same code. */
export const ratesOn = (rows: readonly TaxRow[], country: string, day: string): readonly TaxRow[] => {
  const byCode = new Map<string, TaxRow>();
  for (const row of rows)
    if (row.country === country && holdsOn(row, day) && !byCode.has(row.code)) byCode.set(row.code, row);
  return [...byCode.values()];
};

/** The taxes on a sale, of the rates that hold on its day. */
export const taxesOn = (
  item: TaxedItem,
  customer: TaxedCustomer,
  rates: readonly TaxRow[],
  day: string,
): readonly TaxRow[] => {
  const category = categoryFor(item.category, customer.treatment);
  const named = rates.filter(({ code }) => item.codes.includes(code));
  const wanted = [
    vatOn(item, customer, rates),
    ...named.filter(({ kind }) => kind !== 'VAT'),
    customer.treatment === 'EQUIVALENCE_SURCHARGE'
      ? rates.find((rate) => rate.kind === 'SURCHARGE' && rate.category === category)
      : undefined,
    ...(customer.treatment === 'WITHHOLDS' && item.isService ? rates.filter(({ kind }) => kind === 'WITHHOLDING') : []),
  ];
  const spared = new Set(customer.exemptions.filter((exemption) => holdsOn(exemption, day)).map(({ code }) => code));
  return wanted.flatMap((rate) => (rate && !spared.has(rate.code) ? [rate] : []));
};

/** Whether VAT is due but nobody knows its rate, in a country that has rates: left out it would be a sale without tax. */
export const isUnrated = (item: TaxedItem, customer: TaxedCustomer, rates: readonly TaxRow[]): boolean =>
  ['STANDARD', 'REDUCED', 'SUPER_REDUCED'].includes(categoryFor(item.category, customer.treatment)) &&
  rates.some(({ kind }) => kind === 'VAT') &&
  vatOn(item, customer, rates) === undefined;

/** The VAT of a sale: one that the item names, as long as the customer does not change its category, else that of the category. */
const vatOn = (item: TaxedItem, { treatment }: TaxedCustomer, rates: readonly TaxRow[]): TaxRow | undefined => {
  const category = categoryFor(item.category, treatment);
  const vats = rates.filter(({ kind }) => kind === 'VAT');
  const named = category === item.category ? vats.find(({ code }) => item.codes.includes(code)) : undefined;
  return named ?? vats.find((rate) => rate.category === category);
};

/** Codes that no rate has on the day: a product that names them cannot be sold. */
export const unknownCodes = (codes: readonly string[], rates: readonly TaxRow[]): readonly string[] =>
  codes.filter((code) => !rates.some((rate) => rate.code === code));

/** Where the law rounds tax: Ecuador on each line (domain 1.9), others as they like. */
export const roundingOf = (country: string): TaxRounding => (country === 'EC' ? 'LINE' : 'GROUP');

/** Who is exempt pays no VAT, exports carry none; everybody else pays what the product says. */
const categoryFor = (category: TaxCategory, treatment: TaxTreatment): TaxCategory => {
  if (treatment === 'EXEMPT') return category === 'NOT_SUBJECT' ? category : 'EXEMPT';
  return treatment === 'EXPORT' ? 'ZERO' : category;
};

const holdsOn = ({ from = '', to }: { readonly from?: string; readonly to?: string }, day: string): boolean =>
  from <= day && (to === undefined || day <= to);
