// The statement as its earner reads it, in Spanish or English.
import { given, negate, type Locale, type Money } from '#kernel';
import type { DocumentModel, DocumentValue, Fact } from '#modules/platform/pdf';
import type { CommissionEntryRow } from './commission-entry.entity.ts';
import type { CommissionStatementRow } from './commission-statement.entity.ts';
import { cappedOf } from './pool.rules.ts';

const wordings = {
  es: {
    title: 'Liquidación de comisiones',
    for: 'Para',
    from: 'Desde',
    to: 'Hasta',
    sold: 'Ventas',
    quota: 'Cuota',
    attainment: 'Cumplimiento',
    day: 'Fecha',
    what: 'Concepto',
    base: 'Base',
    amount: 'Comisión',
    earned: 'Comisiones',
    above: 'Sobre el tope',
    bonus: 'Bonos',
    spiffs: 'Premios',
    adjustment: 'Correcciones',
    held: 'Retenido por falta de pago',
    total: 'Total',
    kinds: {
      SALE: 'Venta',
      SPIFF: 'Premio',
      QUOTA: 'Cambio de cuota',
      SUSPENDED: 'Retenido',
      CLAWED_BACK: 'Perdido por falta de pago',
      RELEASED: 'Liberado',
    },
  },
  en: {
    title: 'Commission statement',
    for: 'For',
    from: 'From',
    to: 'To',
    sold: 'Sales',
    quota: 'Quota',
    attainment: 'Attainment',
    day: 'Date',
    what: 'What',
    base: 'Base',
    amount: 'Commission',
    earned: 'Commissions',
    above: 'Above the cap',
    bonus: 'Bonuses',
    spiffs: 'Spiffs',
    adjustment: 'Corrections',
    held: 'Held back, unpaid',
    total: 'Total',
    kinds: {
      SALE: 'Sale',
      SPIFF: 'Spiff',
      QUOTA: 'Quota changed',
      SUSPENDED: 'Held back',
      CLAWED_BACK: 'Lost, unpaid',
      RELEASED: 'Released',
    },
  },
} as const;
type Words = (typeof wordings)[Locale];

/** The document of a statement. `titles` calls documents by their names, by id. */
export const statementDocument = (
  statement: CommissionStatementRow,
  entries: readonly CommissionEntryRow[],
  about: {
    readonly locale: Locale;
    readonly madeAt: string;
    readonly person: string;
    readonly plan: string;
    readonly titles: ReadonlyMap<string, string>;
  },
): DocumentModel => {
  const words = wordings[about.locale];
  return {
    title: words.title,
    madeAt: about.madeAt,
    facts: [
      { label: words.from, value: { day: statement.from } },
      { label: words.to, value: { day: statement.to } },
    ],
    ...(about.person !== '' && { parties: [{ heading: words.for, name: about.person }] }),
    sections: [
      { heading: about.plan, facts: factsOf(statement, words) },
      {
        table: {
          columns: [
            { label: words.day, weight: 1.2 },
            { label: words.what, weight: 4 },
            { label: words.base, align: 'right', weight: 1.3 },
            { label: words.amount, align: 'right', weight: 1.3 },
          ],
          rows: entries.map((entry) => rowOf(entry, about.titles, words)),
          totals: totalsOf(statement, words),
        },
      },
    ],
  };
};

const factsOf = ({ sold, quota, attainment }: CommissionStatementRow, words: Words): readonly Fact[] => [
  ...(sold ? [{ label: words.sold, value: { money: sold } }] : []),
  ...(quota ? [{ label: words.quota, value: { money: quota } }] : []),
  ...(attainment === undefined ? [] : [{ label: words.attainment, value: { percent: attainment } }]),
];

const rowOf = (
  { on, kind, document, reason, base, amount }: CommissionEntryRow,
  titles: ReadonlyMap<string, string>,
  words: Words,
): readonly DocumentValue[] => [
  { day: on },
  [words.kinds[kind], titles.get(document ?? ''), reason].filter(Boolean).join(' '),
  base ? { money: base } : '',
  { money: amount },
];

const totalsOf = (statement: CommissionStatementRow, words: Words) => {
  const { earned, bonus, spiffs, adjustment, held, cap, total } = statement;
  const paid = cappedOf(earned, given({ held, cap })).minor + Math.max(0, held.minor);
  const above: Money = { ...earned, minor: paid - earned.minor };
  const parts = [
    { label: words.above, money: above },
    { label: words.bonus, money: bonus },
    { label: words.spiffs, money: spiffs },
    { label: words.adjustment, money: adjustment },
    { label: words.held, money: negate(held) },
  ];
  return [
    { label: words.earned, value: { money: earned } },
    ...parts.filter(({ money }) => money.minor !== 0).map(({ label, money }) => ({ label, value: { money } })),
    { label: words.total, value: { money: total }, isTotal: true },
  ];
};
