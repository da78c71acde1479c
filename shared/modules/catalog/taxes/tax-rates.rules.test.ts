import { describe, expect, it } from '@jest/globals';
import { nationalTaxes } from './national-taxes.rules.ts';
import {
  isUnrated,
  ratesOn,
  taxesOn,
  unknownCodes,
  type TaxedCustomer,
  type TaxedItem,
  type TaxRow,
} from './tax-rates.rules.ts';

const goods: TaxedItem = { category: 'STANDARD', codes: [], isService: false };
const anybody: TaxedCustomer = { treatment: 'NORMAL', exemptions: [] };
const codes = (
  country: string,
  day: string,
  item: Partial<TaxedItem> = {},
  customer: Partial<TaxedCustomer> = {},
  own: readonly TaxRow[] = [],
) =>
  taxesOn(
    { ...goods, ...item },
    { ...anybody, ...customer },
    ratesOn([...own, ...nationalTaxes], country, day),
    day,
  ).map(({ code, percent }) => `${code} ${percent}`);

describe('taxes on a sale', () => {
  it.each([
    ['2015-01-01', 'EC-IVA-2 12'],
    ['2016-06-01', 'EC-IVA-3 14'],
    ['2024-03-31', 'EC-IVA-2 12'],
    ['2024-04-01', 'EC-IVA-4 15'],
    ['2026-11-22', 'EC-IVA-4 15'],
  ])('hold by the day of the document: Ecuador on %s', (day, rate) => {
    expect(codes('EC', day)).toEqual([rate]);
  });

  it('follow the category of the product and the treatment of the customer', () => {
    expect(codes('EC', '2026-01-01', { category: 'ZERO' })).toEqual(['EC-IVA-0 0']);
    expect(codes('EC', '2026-01-01', { category: 'REDUCED' })).toEqual(['EC-IVA-5 5']);
    expect(codes('EC', '2026-01-01', {}, { treatment: 'EXEMPT' })).toEqual(['EC-IVA-7 0']);
    expect(codes('EC', '2026-01-01', {}, { treatment: 'EXPORT' })).toEqual(['EC-IVA-0 0']);
    expect(codes('ES', '2026-01-01', { category: 'REDUCED' }, { treatment: 'EQUIVALENCE_SURCHARGE' })).toEqual([
      'ES-IVA-10 10',
      'ES-RE-1.4 1.4',
    ]);
    expect(codes('ES', '2026-01-01', {}, { treatment: 'WITHHOLDS' })).toEqual(['ES-IVA-21 21']);
    expect(codes('ES', '2026-01-01', { isService: true }, { treatment: 'WITHHOLDS' })).toEqual([
      'ES-IVA-21 21',
      'ES-IRPF-15 15',
    ]);
  });

  it('are never left out because a country has no such rate', () => {
    const unrated = (country: string, category: TaxedItem['category'], item: Partial<TaxedItem> = {}) =>
      isUnrated({ ...goods, ...item, category }, anybody, ratesOn(nationalTaxes, country, '2026-01-01'));
    expect([unrated('EC', 'SUPER_REDUCED'), unrated('EC', 'STANDARD'), unrated('ES', 'SUPER_REDUCED')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(unrated('EC', 'SUPER_REDUCED', { codes: ['EC-IVA-8'] })).toBe(false);
    expect(unrated('PE', 'STANDARD')).toBe(false);
  });

  it('are those that a product names, and not those that a customer is spared', () => {
    const excise: TaxRow = {
      country: 'EC',
      code: 'EC-ICE-3011',
      kind: 'EXCISE',
      percent: '20',
      es: 'ICE',
      en: 'Excise',
    };
    const beer = { codes: ['EC-ICE-3011', 'EC-IVA-8'] };
    expect(codes('EC', '2026-01-01', beer, {}, [excise])).toEqual(['EC-IVA-8 8', 'EC-ICE-3011 20']);
    const spared = { exemptions: [{ code: 'EC-ICE-3011', from: '2026-01-01', to: '2026-06-30' }] };
    expect(codes('EC', '2026-06-30', beer, spared, [excise])).toEqual(['EC-IVA-8 8']);
    expect(codes('EC', '2026-07-01', beer, spared, [excise])).toHaveLength(2);
  });

  it('may be written anew by the tenant, and are none where no law is known', () => {
    const law: TaxRow = {
      country: 'EC',
      code: 'EC-IVA-4',
      kind: 'VAT',
      percent: '16',
      category: 'STANDARD',
      from: '2027-01-01',
      es: 'IVA',
      en: 'VAT',
    };
    expect(codes('EC', '2026-12-31', {}, {}, [law])).toEqual(['EC-IVA-4 15']);
    expect(codes('EC', '2027-01-01', {}, {}, [law])).toEqual(['EC-IVA-4 16']);
    expect(codes('US', '2026-01-01')).toEqual([]);
    expect(unknownCodes(['EC-IVA-4', 'EC-ICE-1'], ratesOn(nationalTaxes, 'EC', '2026-01-01'))).toEqual(['EC-ICE-1']);
  });
});
