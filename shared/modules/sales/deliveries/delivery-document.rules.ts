// The delivery note as the customer reads it, in Spanish or English, with or without prices.
import type { Address, Locale } from '#kernel';
import { pricedTable, pricedTotals } from '#modules/catalog/pricing';
import type { DocumentModel, DocumentTable, DocumentValue, Fact } from '#modules/platform/pdf';
import type { DeliveryRow } from './delivery.entity.ts';

const wordings = {
  es: {
    title: 'Nota de entrega',
    date: 'Fecha',
    planned: 'Entrega prevista',
    reference: 'Su referencia',
    order: 'Pedido',
    for: 'Para',
    to: 'Lugar de entrega',
    transport: 'Transporte',
    carrier: 'Transportista',
    plate: 'Placa',
    from: 'Desde',
    reason: 'Motivo',
    route: 'Ruta',
    received: 'Recibido conforme: nombre, identificación, fecha y firma',
  },
  en: {
    title: 'Delivery note',
    date: 'Date',
    planned: 'Planned for',
    reference: 'Your reference',
    order: 'Order',
    for: 'For',
    to: 'Delivered to',
    transport: 'Transport',
    carrier: 'Carrier',
    plate: 'Plate',
    from: 'From',
    reason: 'Reason',
    route: 'Route',
    received: 'Received in good order: name, identification, date and signature',
  },
} as const;

type Words = (typeof wordings)[keyof typeof wordings];

/** What the note says besides the delivery itself. */
export type NoteAbout = {
  readonly locale: Locale;
  readonly madeAt: string;
  readonly showsPrices: boolean;
  readonly account: { readonly name: string; readonly lines: readonly string[] };
  readonly order?: string;
  readonly taxNames: ReadonlyMap<string, string>;
};

/** The delivery note. */
export const deliveryDocument = (delivery: DeliveryRow, about: NoteAbout): DocumentModel => {
  const words = wordings[about.locale];
  const place = addressLines(delivery.shipTo);
  return {
    title: words.title,
    ...(delivery.number !== undefined && { number: delivery.number }),
    madeAt: about.madeAt,
    facts: headOf(delivery, about, words),
    parties: [
      { heading: words.for, ...about.account },
      ...(place.length > 0 ? [{ heading: words.to, name: place[0] ?? '', lines: place.slice(1) }] : []),
    ],
    sections: [
      { table: tableOf(delivery, about) },
      ...transportOf(delivery, words),
      { text: `\n\n${'_'.repeat(40)}\n${words.received}` },
    ],
    ...(delivery.notes !== undefined && { notes: delivery.notes }),
  };
};

const headOf = ({ issuedOn, plannedOn, reference }: DeliveryRow, { order }: NoteAbout, words: Words): readonly Fact[] =>
  facts([
    [words.date, issuedOn === undefined ? undefined : { day: issuedOn }],
    [words.planned, plannedOn === undefined ? undefined : { day: plannedOn }],
    [words.order, order],
    [words.reference, reference],
  ]);

const facts = (given: readonly (readonly [string, DocumentValue | undefined])[]): readonly Fact[] =>
  given.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));

/** An address, a line each. */
export const addressLines = (place: Address | undefined): readonly string[] =>
  [place?.label, place?.street, [place?.postcode, place?.city].filter(Boolean).join(' '), place?.province].filter(
    (line): line is string => line !== undefined && line !== '',
  );

/** Code, description and quantity; all of it where prices are shown. */
const tableOf = (delivery: DeliveryRow, { locale, showsPrices, taxNames }: NoteAbout): DocumentTable => {
  const table = pricedTable(delivery.lines, locale);
  if (showsPrices) return { ...table, totals: pricedTotals(delivery.totals, locale, taxNames) };
  return { columns: table.columns.slice(0, 3), rows: table.rows.map((row) => row.slice(0, 3)) };
};

const transportOf = ({ transport }: DeliveryRow, words: Words): DocumentModel['sections'] => {
  if (!transport) return [];
  const { carrierName, carrierTaxId, plate, from, to, reason, route } = transport;
  const carrier = [carrierName, carrierTaxId].filter(Boolean).join(', ');
  const said = facts([
    [words.carrier, carrier === '' ? undefined : carrier],
    [words.plate, plate],
    [words.from, from],
    [words.to, to],
    [words.reason, reason],
    [words.route, route],
  ]);
  return said.length > 0 ? [{ heading: words.transport, facts: said }] : [];
};
