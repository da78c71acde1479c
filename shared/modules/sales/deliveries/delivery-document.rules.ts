// The delivery note as the customer reads it, in Spanish or English, with or without prices.
import type { Address } from '#kernel';
import type { DocumentColumn, DocumentModel, DocumentTable, DocumentValue, Fact } from '#modules/platform/pdf';
import type { DeliveryLine } from './delivery-fields.entity.ts';
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
    code: 'Código',
    description: 'Descripción',
    quantity: 'Cant.',
    price: 'Precio',
    discount: 'Desc.',
    amount: 'Importe',
    subtotal: 'Subtotal',
    headerDiscount: 'Descuento',
    total: 'Total',
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
    code: 'Code',
    description: 'Description',
    quantity: 'Qty',
    price: 'Price',
    discount: 'Disc.',
    amount: 'Amount',
    subtotal: 'Subtotal',
    headerDiscount: 'Discount',
    total: 'Total',
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
  readonly locale: 'es' | 'en';
  readonly madeAt: string;
  readonly showsPrices: boolean;
  readonly account: { readonly name: string; readonly lines: readonly string[] };
  readonly order?: string;
  readonly taxNames: ReadonlyMap<string, string>;
};

/** The delivery note. */
export const deliveryDocument = (delivery: DeliveryRow, about: NoteAbout): DocumentModel => {
  const words = wordings[about.locale];
  const table = tableOf(delivery.lines, words, about.showsPrices);
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
      { table: about.showsPrices ? { ...table, totals: totalsOf(delivery, words, about.taxNames) } : table },
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

const tableOf = (lines: readonly DeliveryLine[], words: Words, showsPrices: boolean): DocumentTable => {
  const priced: readonly DocumentColumn[] = [
    { label: words.price, align: 'right', weight: 1.3 },
    { label: words.discount, align: 'right', weight: 1.2 },
    { label: words.amount, align: 'right', weight: 1.4 },
  ];
  return {
    columns: [
      { label: words.code, weight: 1.2 },
      { label: words.description, weight: 4 },
      { label: words.quantity, align: 'right' },
      ...(showsPrices ? priced : []),
    ],
    rows: lines.map((line): readonly DocumentValue[] => [
      line.code ?? '',
      [line.description ?? '', line.note].filter(Boolean).join('\n'),
      [line.quantity, line.unit === 'unit' ? undefined : line.unit].filter(Boolean).join(' '),
      ...(showsPrices ? [{ decimal: line.unitPrice }, { money: line.discount }, { money: line.net }] : []),
    ]),
  };
};

const totalsOf = (
  { totals }: DeliveryRow,
  words: Words,
  taxNames: ReadonlyMap<string, string>,
): NonNullable<DocumentTable['totals']> => {
  const negative = { ...totals.headerDiscount, minor: -totals.headerDiscount.minor };
  const subtotal = { ...totals.gross, minor: totals.gross.minor - totals.lineDiscount.minor };
  return [
    { label: words.subtotal, value: { money: subtotal } },
    ...(negative.minor < 0 ? [{ label: words.headerDiscount, value: { money: negative } }] : []),
    ...totals.taxes
      .filter(({ amount }) => amount.minor !== 0)
      .map(({ code, amount }) => ({ label: taxNames.get(code) ?? code, value: { money: amount } })),
    { label: words.total, value: { money: totals.total }, isTotal: true },
  ];
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
