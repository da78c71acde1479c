// Taxes by law, each rate with the days on which it holds. A tenant adds its own rows (excises, local rates, new laws).
import type { TaxRow } from './tax-rates.rules.ts';

type Names = Pick<TaxRow, 'es' | 'en'>;

const vat = (country: string, tax: string, code: string, percent: string, more: Partial<TaxRow> = {}): TaxRow => ({
  country,
  code: `${country}-${tax}-${code}`,
  kind: 'VAT',
  percent,
  ...vatNames(tax, percent),
  ...more,
});

const vatNames = (tax: string, percent: string): Names => ({ es: `${tax} ${percent} %`, en: `VAT ${percent} %` });

/** Ecuador: `authority` holds the SRI's code of the tax and of the rate (domain 1.4, table 17). */
const ecuadorVat = (rateCode: string, percent: string, more: Partial<TaxRow> = {}): TaxRow =>
  vat('EC', 'IVA', rateCode, percent, { authority: { tax: '2', rate: rateCode }, ...more });

const ecuador: readonly TaxRow[] = [
  ecuadorVat('2', '12', { category: 'STANDARD', to: '2016-05-31' }),
  ecuadorVat('3', '14', { category: 'STANDARD', from: '2016-06-01', to: '2017-05-31' }),
  ecuadorVat('2', '12', { category: 'STANDARD', from: '2017-06-01', to: '2024-03-31' }),
  ecuadorVat('4', '15', { category: 'STANDARD', from: '2024-04-01' }),
  ecuadorVat('5', '5', { category: 'REDUCED', from: '2024-04-01' }),
  ecuadorVat('8', '8', { es: 'IVA diferenciado 8 %', en: 'Differentiated VAT 8 %' }),
  ecuadorVat('10', '13', { from: '2024-04-01' }),
  ecuadorVat('0', '0', { category: 'ZERO' }),
  ecuadorVat('6', '0', { category: 'NOT_SUBJECT', es: 'No objeto de IVA', en: 'Not subject to VAT' }),
  ecuadorVat('7', '0', { category: 'EXEMPT', es: 'Exento de IVA', en: 'Exempt from VAT' }),
];

const spanishVat = (percent: string, more: Partial<TaxRow> = {}): TaxRow => vat('ES', 'IVA', percent, percent, more);

const surcharge = (percent: string, category: TaxRow['category']): TaxRow => ({
  country: 'ES',
  code: `ES-RE-${percent}`,
  kind: 'SURCHARGE',
  percent,
  es: `Recargo de equivalencia ${percent} %`,
  en: `Equivalence surcharge ${percent} %`,
  ...(category && { category }),
});

const spain: readonly TaxRow[] = [
  spanishVat('21', { category: 'STANDARD', from: '2012-09-01' }),
  spanishVat('10', { category: 'REDUCED', from: '2012-09-01' }),
  spanishVat('4', { category: 'SUPER_REDUCED', from: '1995-01-01' }),
  spanishVat('0', { category: 'ZERO' }),
  vat('ES', 'IVA', 'EXENTO', '0', { category: 'EXEMPT', es: 'Exento de IVA', en: 'Exempt from VAT' }),
  vat('ES', 'IVA', 'NO-SUJETO', '0', { category: 'NOT_SUBJECT', es: 'No sujeto a IVA', en: 'Not subject to VAT' }),
  surcharge('5.2', 'STANDARD'),
  surcharge('1.4', 'REDUCED'),
  surcharge('0.5', 'SUPER_REDUCED'),
  {
    country: 'ES',
    code: 'ES-IRPF-15',
    kind: 'WITHHOLDING',
    percent: '15',
    es: 'Retención de IRPF 15 %',
    en: 'Income tax withheld 15 %',
    from: '2015-07-12',
  },
];

/** The taxes that come with the product. Other countries have those that the tenant writes down. */
export const nationalTaxes: readonly TaxRow[] = [...ecuador, ...spain];
