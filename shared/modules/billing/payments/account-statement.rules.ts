// The statement of account as the customer reads it, in Spanish or English.
import { moneyOf, type Locale } from '#kernel';
import type { DocumentModel, DocumentTable, DocumentValue } from '#modules/platform/pdf';
import type { Entry } from './account-entries.projections.ts';
import { buckets, type Ageing } from './ageing.rules.ts';

/** What there was before, what happened, and what is owed after it, in one currency. */
export type CurrencyStatement = {
  readonly currency: string;
  readonly opening: number;
  readonly closing: number;
  readonly entries: readonly (Entry & { readonly balance: number })[];
};

/** Entries by currency, each with the balance after it. `openings` are balances before the first day. */
export const statementsOf = (
  openings: ReadonlyMap<string, number>,
  entries: readonly Entry[],
): readonly CurrencyStatement[] => {
  const currencies = [...new Set([...openings.keys(), ...entries.map(({ currency }) => currency)])].toSorted();
  return currencies.flatMap((currency) => {
    const opening = openings.get(currency) ?? 0;
    let balance = opening;
    const listed = entries
      .filter((entry) => entry.currency === currency)
      .map((entry) => ({ ...entry, balance: (balance += entry.amount) }));
    return opening === 0 && listed.length === 0 ? [] : [{ currency, opening, closing: balance, entries: listed }];
  });
};

const wordings = {
  es: {
    title: 'Estado de cuenta',
    from: 'Desde',
    to: 'Hasta',
    for: 'Cliente',
    movements: 'Movimientos',
    date: 'Fecha',
    document: 'Documento',
    due: 'Vence',
    amount: 'Importe',
    balance: 'Saldo',
    opening: 'Saldo anterior',
    closing: 'Saldo',
    open: 'Antigüedad del saldo',
    unapplied: 'A favor del cliente',
    total: 'Adeudado',
    kinds: {
      INVOICE: 'Factura',
      VOID: 'Anulación de factura',
      CREDIT_NOTE: 'Nota de crédito',
      PAYMENT: 'Pago',
      REVERSAL: 'Pago devuelto',
      REFUND: 'Reembolso',
      WRITE_OFF: 'Castigo de saldo',
    },
    ages: {
      notDue: 'Por vencer',
      days1to30: '1 a 30 días',
      days31to60: '31 a 60 días',
      days61to90: '61 a 90 días',
      days91to120: '91 a 120 días',
      over120: 'Más de 120 días',
    },
  },
  en: {
    title: 'Statement of account',
    from: 'From',
    to: 'To',
    for: 'Customer',
    movements: 'Transactions',
    date: 'Date',
    document: 'Document',
    due: 'Due',
    amount: 'Amount',
    balance: 'Balance',
    opening: 'Balance brought forward',
    closing: 'Balance',
    open: 'Age of the balance',
    unapplied: 'In your favour',
    total: 'Owed',
    kinds: {
      INVOICE: 'Invoice',
      VOID: 'Voided invoice',
      CREDIT_NOTE: 'Credit note',
      PAYMENT: 'Payment',
      REVERSAL: 'Returned payment',
      REFUND: 'Refund',
      WRITE_OFF: 'Written off',
    },
    ages: {
      notDue: 'Not due',
      days1to30: '1 to 30 days',
      days31to60: '31 to 60 days',
      days61to90: '61 to 90 days',
      days91to120: '91 to 120 days',
      over120: 'Over 120 days',
    },
  },
} as const;
type Words = (typeof wordings)[Locale];

/** What a statement of account is made of. */
export type StatementContent = {
  readonly name: string;
  readonly lines: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly statements: readonly CurrencyStatement[];
  readonly ageing: readonly Ageing[];
};

/** The document of a statement of account. */
export const statementDocument = (
  { name, lines, from, to, statements, ageing }: StatementContent,
  { locale, madeAt }: { readonly locale: Locale; readonly madeAt: string },
): DocumentModel => {
  const words = wordings[locale];
  return {
    title: words.title,
    madeAt,
    facts: [
      { label: words.from, value: { day: from } },
      { label: words.to, value: { day: to } },
    ],
    parties: [{ heading: words.for, name, lines }],
    sections: [
      ...statements.map((statement) => ({
        heading: `${words.movements} (${statement.currency})`,
        table: movementsTable(statement, words),
      })),
      ...ageing.map((each) => ({ heading: `${words.open} (${each.currency})`, table: ageingTable(each, words) })),
    ],
  };
};

const movementsTable = ({ currency, opening, closing, entries }: CurrencyStatement, words: Words): DocumentTable => {
  const value = (minor: number) => ({ money: moneyOf(minor, currency) });
  return {
    columns: [
      { label: words.date, weight: 2.4 },
      { label: words.document, weight: 3 },
      { label: words.due, weight: 2.4 },
      { label: words.amount, align: 'right', weight: 1.5 },
      { label: words.balance, align: 'right', weight: 1.5 },
    ],
    rows: [
      ['', words.opening, '', '', value(opening)],
      ...entries.map(({ on, kind, number, dueOn, amount, balance }): readonly DocumentValue[] => [
        { day: on },
        `${words.kinds[kind]} ${number}`,
        dueOn === undefined ? '' : { day: dueOn },
        value(amount),
        value(balance),
      ]),
    ],
    totals: [{ label: words.closing, value: value(closing), isTotal: true }],
  };
};

const ageingTable = (ageing: Ageing, words: Words): DocumentTable => {
  const value = (minor: number) => ({ money: moneyOf(minor, ageing.currency) });
  return {
    columns: buckets.map((bucket) => ({ label: words.ages[bucket], align: 'right' })),
    rows: [buckets.map((bucket) => value(ageing[bucket]))],
    totals: [
      ...(ageing.unapplied === 0 ? [] : [{ label: words.unapplied, value: value(ageing.unapplied) }]),
      { label: words.total, value: value(ageing.total), isTotal: true },
    ],
  };
};
