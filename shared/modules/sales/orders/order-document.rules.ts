// The order as the customer reads and signs it, in Spanish or English.
import { given } from '#kernel';
import { pricedTable, pricedTotals } from '#modules/catalog/pricing';
import type { DocumentModel, Fact } from '#modules/platform/pdf';
import type { OrderRow } from './order.entity.ts';

const wordings = {
  es: {
    ...{ title: 'Pedido', date: 'Fecha', requested: 'Entrega pedida', reference: 'Su orden de compra' },
    ...{ for: 'Cliente', attention: 'Atención', by: 'Atendido por', to: 'Entregar en', sample: 'Muestras sin costo' },
  },
  en: {
    ...{ title: 'Order', date: 'Date', requested: 'Delivery wanted', reference: 'Your purchase order' },
    ...{ for: 'Customer', attention: 'Attention', by: 'Served by', to: 'Deliver to', sample: 'Samples free of charge' },
  },
} as const;

/** What the document says besides the order itself. */
export type OrderAbout = {
  readonly locale: keyof typeof wordings;
  readonly madeAt: string;
  readonly account: { readonly name: string; readonly lines: readonly string[] };
  readonly contact?: string;
  readonly owner?: string;
  readonly taxNames: ReadonlyMap<string, string>;
};

/** The document of an order. */
export const orderDocument = (order: OrderRow, about: OrderAbout): DocumentModel => {
  const { locale, madeAt, account, contact, taxNames } = about;
  const words = wordings[locale];
  return {
    title: words.title,
    number: order.number,
    madeAt,
    facts: factsOf(order, about),
    parties: [
      { heading: words.for, ...account },
      ...(contact === undefined ? [] : [{ heading: words.attention, name: contact }]),
    ],
    sections: [
      ...(order.type === 'SAMPLE' ? [{ heading: words.sample }] : []),
      { table: { ...pricedTable(order.lines, locale), totals: pricedTotals(order.totals, locale, taxNames) } },
      given({ text: order.note }),
    ],
  };
};

const factsOf = (order: OrderRow, { locale, owner }: OrderAbout): readonly Fact[] => {
  const words = wordings[locale];
  const { requestedOn, reference, shipTo } = order;
  const place = [shipTo?.street, shipTo?.city].filter(Boolean).join(', ');
  return [
    { label: words.date, value: { day: order.pricedOn } },
    ...(requestedOn === undefined ? [] : [{ label: words.requested, value: { day: requestedOn } }]),
    ...(reference === undefined ? [] : [{ label: words.reference, value: reference }]),
    ...(owner === undefined ? [] : [{ label: words.by, value: owner }]),
    ...(place === '' ? [] : [{ label: words.to, value: place }]),
  ];
};
