// What stands on the paper of an electronic document (RIDE, domain 1.10), from the document that the SRI has.
import { toDecimal, zero } from '#kernel';
import { documentNumberOf } from './access-key.rules.ts';
import { paymentCodes, type PaymentMethod } from './codes.rules.ts';
import { rideTotals } from './ride-totals.rules.ts';
import type { ElectronicInvoice, ElectronicLine, Issuer, SriDocument } from './sri-document.rules.ts';

/** A name with what it stands for. */
export type RideFact = { readonly label: string; readonly value: string };
/** A column of the table of details: its share of the width, numbers to the right. */
export type RideColumn = { readonly label: string; readonly weight: number; readonly isNumber?: true };

/** The paper, box by box. */
export type Ride = {
  readonly title: string;
  readonly ruc: string;
  readonly number: string;
  readonly issuer: { readonly name: string; readonly facts: readonly RideFact[]; readonly legends: readonly string[] };
  readonly document: readonly RideFact[];
  readonly accessKey: string;
  readonly parties: readonly RideFact[];
  readonly columns: readonly RideColumn[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly RideFact[];
  readonly payments: readonly (readonly string[])[];
  readonly totals: readonly RideFact[];
};

/** Code 128 as strokes: paths of one width each, in a box. */
export type Bars = {
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly { readonly weight: number; readonly path: string }[];
};

const titles = { INVOICE: 'FACTURA', CREDIT_NOTE: 'NOTA DE CRÉDITO', WAYBILL: 'GUÍA DE REMISIÓN' } as const;

/** The paper of a document; `authorisedAt` as people in Ecuador read it. */
export const rideOf = (document: SriDocument, authorisedAt: string): Ride => ({
  title: titles[document.kind],
  issuer: issuerBox(document.issuer),
  ruc: document.issuer.ruc,
  number: documentNumberOf(document.establishment, document.emissionPoint, document.sequence),
  document: [
    { label: 'NÚMERO DE AUTORIZACIÓN', value: document.accessKey },
    { label: 'FECHA Y HORA DE AUTORIZACIÓN', value: authorisedAt },
    { label: 'AMBIENTE', value: document.environment === 'TEST' ? 'PRUEBAS' : 'PRODUCCIÓN' },
    { label: 'EMISIÓN', value: 'NORMAL' },
  ],
  accessKey: document.accessKey,
  ...bodyOf(document),
  notes: [
    ...(document.issuer.softwareProvider === undefined
      ? []
      : [{ label: 'RUC Proveedor', value: document.issuer.softwareProvider }]),
    ...(document.notes ?? []).map(({ name, value }) => ({ label: name, value })),
  ],
});

const issuerBox = (issuer: Issuer): Ride['issuer'] => ({
  name: issuer.legalName,
  facts: factsOf({
    'Nombre comercial': issuer.tradeName,
    'Dirección matriz': issuer.mainAddress,
    'Dirección sucursal': issuer.establishmentAddress,
    'Contribuyente especial Nro.': issuer.specialTaxpayer,
    'OBLIGADO A LLEVAR CONTABILIDAD': issuer.keepsAccounts ? 'SI' : 'NO',
  }),
  legends: [
    ...(issuer.withholdingAgent === undefined ? [] : [`Agente de Retención Resolución No. ${issuer.withholdingAgent}`]),
    ...(issuer.isRimpe === true ? ['CONTRIBUYENTE RÉGIMEN RIMPE'] : []),
  ],
});

const factsOf = (facts: Readonly<Record<string, string | undefined>>): readonly RideFact[] =>
  Object.entries(facts).flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value }]));

const bodyOf = (document: SriDocument): Pick<Ride, 'parties' | 'columns' | 'rows' | 'payments' | 'totals'> => {
  if (document.kind === 'WAYBILL') return waybillBody(document);
  const { buyer, lines, total } = document;
  const sold = { columns: saleColumns, rows: lines.map(saleRow) };
  const parties = factsOf({
    'Razón Social / Nombres y Apellidos': buyer.name,
    Identificación: buyer.id,
    'Fecha Emisión': dayOf(document.issuedOn),
    Dirección: buyer.address,
    ...particularsOf(document),
  });
  if (document.kind === 'CREDIT_NOTE') return { ...sold, parties, payments: [], totals: rideTotals(lines, total) };
  const { payments, tip = zero(total.currency) } = document;
  return { ...sold, parties, payments: payments.map(paymentRow), totals: rideTotals(lines, total, tip) };
};

const particularsOf = (document: Exclude<SriDocument, { kind: 'WAYBILL' }>) =>
  document.kind === 'INVOICE'
    ? { 'Guía de Remisión': document.waybill }
    : {
        'Comprobante que se modifica': `FACTURA ${document.of.number}`,
        'Fecha Emisión (Comprobante a modificar)': dayOf(document.of.issuedOn),
        'Razón de Modificación': document.reason,
      };

const paymentRow = ({ method, amount, days }: ElectronicInvoice['payments'][number]): readonly string[] => [
  `${paymentCodes[method]} - ${paymentNames[method]}`,
  toDecimal(amount),
  ...(days === undefined ? ['', ''] : [String(days), 'días']),
];

const saleColumns: readonly RideColumn[] = [
  { label: 'Cod. Principal', weight: 1.3 },
  { label: 'Cod. Auxiliar', weight: 1.1 },
  { label: 'Cant.', weight: 0.8, isNumber: true },
  { label: 'Descripción', weight: 3 },
  { label: 'Detalle Adicional', weight: 1.4 },
  { label: 'Precio Unitario', weight: 1.1, isNumber: true },
  { label: 'Descuento', weight: 1.1, isNumber: true },
  { label: 'Precio Total', weight: 1.1, isNumber: true },
];

const saleRow = (line: ElectronicLine): readonly string[] => [
  line.code,
  line.otherCode ?? '',
  line.quantity,
  line.description,
  (line.details ?? []).map(({ name, value }) => `${name}: ${value}`).join('\n'),
  line.unitPrice,
  toDecimal(line.discount),
  toDecimal(line.base),
];

const waybillBody = ({ carrier, receivers, ...document }: Extract<SriDocument, { kind: 'WAYBILL' }>) => ({
  parties: [
    ...factsOf({
      'Identificación (Transportista)': carrier.id,
      'Razón Social / Nombres y Apellidos (Transportista)': carrier.name,
      Placa: document.plate,
      'Punto de Partida': document.from,
      'Fecha inicio Transporte': dayOf(document.startsOn),
      'Fecha fin Transporte': dayOf(document.endsOn),
    }),
    ...receivers.flatMap(receiverFacts),
  ],
  columns: [
    { label: 'Cantidad', weight: 1, isNumber: true },
    { label: 'Descripción', weight: 5 },
    { label: 'Código Principal', weight: 2 },
    { label: 'Código Auxiliar', weight: 2 },
  ] satisfies readonly RideColumn[],
  rows: receivers.flatMap(({ lines }) =>
    lines.map(({ quantity, description, code, otherCode = '' }) => [quantity, description, code, otherCode]),
  ),
  payments: [],
  totals: [],
});

const receiverFacts = ({ of, ...to }: Extract<SriDocument, { kind: 'WAYBILL' }>['receivers'][number]) =>
  factsOf({
    ...(of && {
      'Comprobante de Venta': `FACTURA ${of.number}`,
      'Fecha de Emisión': dayOf(of.issuedOn),
      'Número de Autorización': of.accessKey,
    }),
    'Motivo Traslado': to.reason,
    'Destino (Punto de llegada)': to.address,
    'Identificación (Destinatario)': to.id,
    'Razón Social / Nombres y Apellidos (Destinatario)': to.name,
    'Documento Aduanero': to.customsDocument,
    'Código Establecimiento Destino': to.destinationCode,
    Ruta: to.route,
  });

const dayOf = (date: string): string => date.split('-').reverse().join('/');

const paymentNames: Readonly<Record<PaymentMethod, string>> = {
  CASH: 'Sin utilización del sistema financiero',
  COMPENSATION: 'Compensación de deudas',
  DEBIT_CARD: 'Tarjeta de débito',
  ELECTRONIC_MONEY: 'Dinero electrónico',
  PREPAID_CARD: 'Tarjeta prepago',
  CREDIT_CARD: 'Tarjeta de crédito',
  BANK: 'Otros con utilización del sistema financiero',
  ENDORSEMENT: 'Endoso de títulos',
};
