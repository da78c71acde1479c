// The contract as the customer reads and signs it, in Spanish or English.
import { given } from '#kernel';
import { pricedTable, pricedTotals } from '#modules/catalog/pricing';
import type { DocumentModel, Fact } from '#modules/platform/pdf';
import type { ContractRow } from './contract.entity.ts';

const wordings = {
  es: {
    ...{ title: 'Contrato de servicios', date: 'Fecha', starts: 'Desde', ends: 'Hasta', open: 'Indefinido' },
    ...{ for: 'Cliente', attention: 'Firma por el cliente', reference: 'Su referencia', terms: 'Condiciones' },
    ...{ conditions: 'Facturación y vigencia', billing: 'Facturación', renewal: 'Renovación', prices: 'Precios' },
    IN_ADVANCE: 'por anticipado',
    IN_ARREARS: 'por período vencido',
    AUTOMATIC: 'automática, por {n} meses',
    MANUAL: 'solo por acuerdo',
    indexed: 'se actualizan cada año en el mes {m}',
    by: 'en un {p} %',
    byIndex: 'según el índice acordado',
    fixed: 'sin actualización',
    calendar: 'los períodos incompletos se cobran por días',
  },
  en: {
    ...{ title: 'Service contract', date: 'Date', starts: 'From', ends: 'Until', open: 'Open-ended' },
    ...{ for: 'Customer', attention: 'Signs for the customer', reference: 'Your reference', terms: 'Terms' },
    ...{ conditions: 'Billing and term', billing: 'Billing', renewal: 'Renewal', prices: 'Prices' },
    IN_ADVANCE: 'in advance',
    IN_ARREARS: 'in arrears',
    AUTOMATIC: 'automatic, for {n} months',
    MANUAL: 'by agreement only',
    indexed: 'are adjusted each year in month {m}',
    by: 'by {p} %',
    byIndex: 'by the agreed index',
    fixed: 'are not adjusted',
    calendar: 'incomplete periods are charged by the day',
  },
} as const;

const lengths = {
  es: { MONTH: 'Mensual', QUARTER: 'Trimestral', HALF_YEAR: 'Semestral', YEAR: 'Anual' },
  en: { MONTH: 'Monthly', QUARTER: 'Quarterly', HALF_YEAR: 'Half-yearly', YEAR: 'Yearly' },
} as const;

type Locale = keyof typeof wordings;

/** What the document says besides the contract itself. */
export type ContractAbout = {
  readonly locale: Locale;
  readonly madeAt: string;
  readonly account: { readonly name: string; readonly lines: readonly string[] };
  readonly contact?: string;
  readonly taxNames: ReadonlyMap<string, string>;
};

/** The document of a contract. */
export const contractDocument = (contract: ContractRow, about: ContractAbout): DocumentModel => {
  const { locale, madeAt, account, contact, taxNames } = about;
  const words = wordings[locale];
  const totals = pricedTotals(contract.totals, locale, taxNames);
  return {
    title: words.title,
    number: contract.number,
    madeAt,
    facts: headOf(contract, locale),
    parties: [
      { heading: words.for, ...account },
      ...(contact === undefined ? [] : [{ heading: words.attention, name: contact }]),
    ],
    sections: [
      given({ heading: contract.subject, text: contract.introduction }),
      { heading: lengths[locale][contract.period], table: { ...pricedTable(contract.lines, locale), totals } },
      { heading: words.conditions, facts: conditionsOf(contract, locale) },
      ...(contract.terms === undefined ? [] : [{ heading: words.terms, text: contract.terms }]),
    ],
    ...(contract.clauses.length > 0 && { clauses: contract.clauses }),
  };
};

const headOf = ({ pricedOn, startsOn, endsOn, reference }: ContractRow, locale: Locale): readonly Fact[] => {
  const words = wordings[locale];
  return [
    { label: words.date, value: { day: pricedOn } },
    { label: words.starts, value: { day: startsOn } },
    { label: words.ends, value: endsOn === undefined ? words.open : { day: endsOn } },
    ...(reference === undefined ? [] : [{ label: words.reference, value: reference }]),
  ];
};

const conditionsOf = (contract: ContractRow, locale: Locale): readonly Fact[] => {
  const words = wordings[locale];
  const { period, billing, calendarPeriods, endsOn, renewal, renewMonths } = contract;
  const billed = [lengths[locale][period], words[billing], ...(calendarPeriods ? [words.calendar] : [])].join(', ');
  const goesOn = words[renewal].replace('{n}', String(renewMonths));
  return [
    { label: words.billing, value: billed },
    ...(endsOn === undefined ? [] : [{ label: words.renewal, value: goesOn }]),
    { label: words.prices, value: adjustment(contract, locale) },
  ];
};

const adjustment = ({ indexation }: ContractRow, locale: Locale): string => {
  const words = wordings[locale];
  if (!indexation) return words.fixed;
  const { month, percent } = indexation;
  const by = percent === undefined ? words.byIndex : words.by.replace('{p}', percent);
  return `${words.indexed.replace('{m}', String(month))} ${by}`;
};
