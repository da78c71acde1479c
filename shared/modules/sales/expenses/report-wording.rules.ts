// The report as people read it, in Spanish or English: its statement on paper, and what approvers are told.
import { negate, type Locale, type Money } from '#kernel';
import type { DocumentModel, DocumentTable } from '#modules/platform/pdf';
import type { Cap } from './allowance.rules.ts';
import type { ExpenseRow } from './expense.entity.ts';
import type { ExpenseReportRow } from './expense-report.entity.ts';

const wordings = {
  es: {
    title: 'Liquidación de gastos',
    person: 'Para',
    from: 'Desde',
    to: 'Hasta',
    day: 'Fecha',
    what: 'Concepto',
    value: 'Gasto',
    payable: 'A pagar',
    claimed: 'Total de gastos',
    cut: 'Recortado',
    advance: 'Anticipo',
    balance: 'Saldo a pagar',
    owed: 'Saldo a devolver',
    above: 'Sobre el tope',
    twice: 'Posible duplicado',
    caps: { RATE: 'tarifa', PER_EXPENSE: 'tope por gasto', PER_DAY: 'tope diario' },
    categories: {
      MEALS: 'Alimentación',
      LODGING: 'Hospedaje',
      TRANSPORT: 'Transporte',
      FUEL: 'Combustible',
      TOLLS_AND_PARKING: 'Peajes y parqueos',
      SUPPLIES: 'Suministros',
      REPRESENTATION: 'Representación',
      OTHER: 'Otros',
    },
  },
  en: {
    title: 'Expense settlement',
    person: 'For',
    from: 'From',
    to: 'To',
    day: 'Date',
    what: 'What',
    value: 'Spent',
    payable: 'Payable',
    claimed: 'Expenses',
    cut: 'Cut',
    advance: 'Advance',
    balance: 'Balance to be paid',
    owed: 'Balance to be returned',
    above: 'Above the cap',
    twice: 'Possibly claimed twice',
    caps: { RATE: 'rate', PER_EXPENSE: 'cap of an expense', PER_DAY: 'cap of a day' },
    categories: {
      MEALS: 'Meals',
      LODGING: 'Lodging',
      TRANSPORT: 'Transport',
      FUEL: 'Fuel',
      TOLLS_AND_PARKING: 'Tolls and parking',
      SUPPLIES: 'Supplies',
      REPRESENTATION: 'Representation',
      OTHER: 'Other',
    },
  },
} as const;
type Words = (typeof wordings)[Locale];

/** What approvers are told of a report: what stands above caps, and what may have been claimed before; nothing when all is well. */
export const approvalReason = (expenses: readonly ExpenseRow[], locale: Locale): string | undefined => {
  const words = wordings[locale];
  const remarks = expenses.flatMap((expense) =>
    remarksOn(expense, words).map((remark) => `${expense.spentOn} ${expense.description}: ${remark}`),
  );
  return remarks.length === 0 ? undefined : remarks.join('\n').slice(0, 4000);
};

const remarksOn = ({ cap, duplicateOf }: ExpenseRow, words: Words): readonly string[] => [
  ...(cap === undefined ? [] : [remarkOf(cap, words)]),
  ...(duplicateOf === undefined ? [] : [words.twice]),
];

const remarkOf = (cap: Cap, words: Words): string => `${words.above} (${words.caps[cap]})`;

/** The statement of a report. */
export const statementOf = (
  report: ExpenseReportRow,
  expenses: readonly ExpenseRow[],
  { locale, madeAt, person }: { readonly locale: Locale; readonly madeAt: string; readonly person: string },
): DocumentModel => {
  const words = wordings[locale];
  return {
    title: words.title,
    number: report.number,
    madeAt,
    facts: [
      ...(report.from === undefined ? [] : [{ label: words.from, value: { day: report.from } }]),
      ...(report.to === undefined ? [] : [{ label: words.to, value: { day: report.to } }]),
    ],
    ...(person !== '' && { parties: [{ heading: words.person, name: person }] }),
    sections: [{ heading: report.subject }, { table: tableOf(report, expenses, words) }],
  };
};

const tableOf = (report: ExpenseReportRow, expenses: readonly ExpenseRow[], words: Words): DocumentTable => ({
  columns: [
    { label: words.day, weight: 1.2 },
    { label: words.what, weight: 4 },
    { label: words.value, align: 'right', weight: 1.3 },
    { label: words.payable, align: 'right', weight: 1.3 },
  ],
  rows: expenses
    .toSorted((a, b) => a.spentOn.localeCompare(b.spentOn))
    .map((expense) => [
      { day: expense.spentOn },
      [`${words.categories[expense.category]}: ${expense.description}`, ...remarksOn(expense, words)].join('\n'),
      { money: expense.value },
      { money: expense.payable },
    ]),
  totals: totalsOf(report, words),
});

const totalsOf = ({ claimed, payable, advance, balance }: ExpenseReportRow, words: Words) => {
  const cut: Money = { ...claimed, minor: payable.minor - claimed.minor };
  return [
    { label: words.claimed, value: { money: claimed } },
    ...(cut.minor === 0 ? [] : [{ label: words.cut, value: { money: cut } }]),
    ...(advance === undefined ? [] : [{ label: words.advance, value: { money: negate(advance) } }]),
    balance.minor < 0
      ? { label: words.owed, value: { money: negate(balance) }, isTotal: true }
      : { label: words.balance, value: { money: balance }, isTotal: true },
  ];
};
