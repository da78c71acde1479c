// Priced lines and their totals as a customer reads them on any document, in Spanish or English.
import type { DocumentTable, DocumentValue } from '#modules/platform/pdf';
import type { StoredLine, StoredTotals } from './document-line.entity.ts';

const wordings = {
  es: {
    ...{ code: 'Código', description: 'Descripción', quantity: 'Cant.', price: 'Precio', discount: 'Desc.' },
    ...{ amount: 'Importe', subtotal: 'Subtotal', headerDiscount: 'Descuento', total: 'Total' },
  },
  en: {
    ...{ code: 'Code', description: 'Description', quantity: 'Qty', price: 'Price', discount: 'Disc.' },
    ...{ amount: 'Amount', subtotal: 'Subtotal', headerDiscount: 'Discount', total: 'Total' },
  },
} as const;

/** The table of the lines, without totals. */
export const pricedTable = (lines: readonly StoredLine[], locale: keyof typeof wordings): DocumentTable => {
  const words = wordings[locale];
  const isReduced = lines.some(({ discount }) => discount.minor > 0);
  return {
    columns: [
      { label: words.code, weight: 1.2 },
      { label: words.description, weight: 4 },
      { label: words.quantity, align: 'right' },
      { label: words.price, align: 'right', weight: 1.3 },
      ...(isReduced ? [{ label: words.discount, align: 'right' as const, weight: 1.2 }] : []),
      { label: words.amount, align: 'right', weight: 1.4 },
    ],
    rows: lines.map((line): readonly DocumentValue[] => [
      line.code ?? '',
      [line.description ?? '', line.note].filter(Boolean).join('\n'),
      [line.quantity, line.unit === 'unit' ? undefined : line.unit].filter(Boolean).join(' '),
      { decimal: line.unitPrice },
      ...(isReduced ? [{ money: line.discount }] : []),
      { money: line.net },
    ]),
  };
};

/** The totals below such a table; `taxNames` calls taxes by their names, by code. */
export const pricedTotals = (
  { gross, lineDiscount, headerDiscount, taxes, total }: StoredTotals,
  locale: keyof typeof wordings,
  taxNames: ReadonlyMap<string, string>,
): NonNullable<DocumentTable['totals']> => {
  const words = wordings[locale];
  const reduction = { ...headerDiscount, minor: -headerDiscount.minor };
  return [
    { label: words.subtotal, value: { money: { ...gross, minor: gross.minor - lineDiscount.minor } } },
    ...(headerDiscount.minor > 0 ? [{ label: words.headerDiscount, value: { money: reduction } }] : []),
    ...taxes
      .filter(({ amount }) => amount.minor !== 0)
      .map(({ code, amount }) => ({ label: taxNames.get(code) ?? code, value: { money: amount } })),
    { label: words.total, value: { money: total }, isTotal: true },
  ];
};
