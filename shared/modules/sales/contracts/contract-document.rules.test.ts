import { describe, expect, it } from '@jest/globals';
import { moneyOf, type Locale } from '#kernel';
import { contractDocument } from './contract-document.rules.ts';
import type { ContractRow } from './contract.entity.ts';

const usd = (minor: number) => moneyOf(minor, 'USD');
const contract = {
  ...{ number: 'C-1', subject: 'Care', pricedOn: '2026-11-22', startsOn: '2026-12-01', endsOn: '2027-11-30' },
  ...{ period: 'MONTH', billing: 'IN_ARREARS', calendarPeriods: true, renewal: 'AUTOMATIC', renewMonths: 12 },
  ...{ indexation: { month: 1, percent: '3' }, clauses: ['No refunds'], terms: 'Net 30', lines: [] },
  totals: { gross: usd(100), lineDiscount: usd(0), headerDiscount: usd(0), taxes: [], total: usd(100) },
} as unknown as ContractRow;
const about = { madeAt: '2026-11-22T15:00:00.000Z', account: { name: 'Customer', lines: [] }, taxNames: new Map() };

describe('the document of a contract', () => {
  it('says in both languages how it is billed, renewed and indexed', () => {
    const conditions = (locale: Locale, more: object = {}) =>
      contractDocument({ ...contract, ...more }, { ...about, locale })
        .sections.flatMap(({ facts = [] }) => facts)
        .map(({ label, value }) => `${label}: ${value as string}`);
    expect(conditions('en')).toEqual([
      'Billing: Monthly, in arrears, incomplete periods are charged by the day',
      'Renewal: automatic, for 12 months',
      'Prices: are adjusted each year in month 1 by 3 %',
    ]);
    const { endsOn: _end, indexation: _index, ...open } = contract;
    expect(
      contractDocument(open as ContractRow, { ...about, locale: 'es' }).facts?.map(({ value }) => value),
    ).toContain('Indefinido');
    expect(conditions('es', { indexation: { month: 6 }, renewal: 'MANUAL' })).toEqual([
      'Facturación: Mensual, por período vencido, los períodos incompletos se cobran por días',
      'Renovación: solo por acuerdo',
      'Precios: se actualizan cada año en el mes 6 según el índice acordado',
    ]);
  });

  it('has what was agreed and its clauses', () => {
    const model = contractDocument(contract, { ...about, locale: 'en', contact: 'Ana Vera' });
    expect(model).toMatchObject({ title: 'Service contract', number: 'C-1', clauses: ['No refunds'] });
    expect(model.parties?.map(({ name }) => name)).toEqual(['Customer', 'Ana Vera']);
    expect(model.sections.at(-1)).toEqual({ heading: 'Terms', text: 'Net 30' });
  });
});
