// Documents as the SRI's schemas want them, elements in their order: factura 1.1.0, notaCredito 1.1.0, guiaRemision 1.1.0
// (domain 1.2, 1.3). What the schemas call optional is left out where there is nothing to say.
import { moneyOf, sum, toDecimal, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';
import { sequenceText } from './access-key.rules.ts';
import { canonicalXml, textName, type Element } from './canonical-xml.rules.ts';
import { buyerIdCodes, documentCodes, environmentCodes, paymentCodes } from './codes.rules.ts';
import type {
  ElectronicCreditNote,
  SriDocument,
  ElectronicInvoice,
  ElectronicLine,
  ElectronicTax,
  ElectronicWaybill,
  Heading,
  Issuer,
} from './sri-document.rules.ts';

/** The unsigned document: UTF-8 without a byte order mark, on one line below its declaration. */
export const documentXml = (document: SriDocument): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${canonicalXml(...rootOf(document))}`;

/** Text as the schemas take it: on one line, no longer than there is room. */
export const plainLine = (text: string, max = 300): string =>
  Array.from(text.replace(unwritable, ' ').replace(/\s+/g, ' ').trim()).slice(0, max).join('');

const unwritable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const rootOf = (document: SriDocument): readonly [name: string, content: Element] => {
  switch (document.kind) {
    case 'INVOICE':
      return ['factura', { ...comprobante, ...invoiceParts(document) }];
    case 'CREDIT_NOTE':
      return ['notaCredito', { ...comprobante, ...creditNoteParts(document) }];
    case 'WAYBILL':
      return ['guiaRemision', { ...comprobante, ...waybillParts(document) }];
  }
};

const comprobante = { '@id': 'comprobante', '@version': '1.1.0' };

const invoiceParts = (invoice: ElectronicInvoice): Element => {
  const { issuer, buyer, lines, total, tip } = invoice;
  return tidy({
    infoTributaria: taxInformation(invoice),
    infoFactura: tidy({
      fechaEmision: dayOf(invoice.issuedOn),
      dirEstablecimiento: line(issuer.establishmentAddress),
      contribuyenteEspecial: issuer.specialTaxpayer,
      obligadoContabilidad: yesOrNo(issuer.keepsAccounts),
      tipoIdentificacionComprador: buyerIdCodes[buyer.idType],
      guiaRemision: invoice.waybill,
      razonSocialComprador: plainLine(buyer.name),
      identificacionComprador: buyer.id,
      direccionComprador: line(buyer.address),
      totalSinImpuestos: toDecimal(baseOf(lines, total)),
      totalDescuento: toDecimal(
        sum(
          lines.map(({ discount }) => discount),
          total.currency,
        ),
      ),
      totalConImpuestos: { totalImpuesto: taxTotals(lines).map(totalTax) },
      propina: toDecimal(tip ?? moneyOf(0, total.currency)),
      importeTotal: toDecimal(total),
      moneda: currencyName(total.currency),
      pagos: { pago: invoice.payments.map(({ method, amount, days }) => payment(paymentCodes[method], amount, days)) },
    }),
    detalles: { detalle: lines.map((each) => detail(each, ['codigoPrincipal', 'codigoAuxiliar'], { unit: true })) },
    infoAdicional: notesOf(invoice),
  });
};

const creditNoteParts = (note: ElectronicCreditNote): Element => {
  const { issuer, buyer, lines, total } = note;
  return tidy({
    infoTributaria: taxInformation(note),
    infoNotaCredito: tidy({
      fechaEmision: dayOf(note.issuedOn),
      dirEstablecimiento: line(issuer.establishmentAddress),
      tipoIdentificacionComprador: buyerIdCodes[buyer.idType],
      razonSocialComprador: plainLine(buyer.name),
      identificacionComprador: buyer.id,
      contribuyenteEspecial: issuer.specialTaxpayer,
      obligadoContabilidad: yesOrNo(issuer.keepsAccounts),
      codDocModificado: documentCodes.INVOICE,
      numDocModificado: note.of.number,
      fechaEmisionDocSustento: dayOf(note.of.issuedOn),
      totalSinImpuestos: toDecimal(baseOf(lines, total)),
      valorModificacion: toDecimal(total),
      moneda: currencyName(total.currency),
      totalConImpuestos: { totalImpuesto: taxTotals(lines).map(totalTax) },
      motivo: plainLine(note.reason),
    }),
    detalles: { detalle: lines.map((each) => detail(each, ['codigoInterno', 'codigoAdicional'], { unit: false })) },
    infoAdicional: notesOf(note),
  });
};

const waybillParts = (waybill: ElectronicWaybill): Element => {
  const { issuer, carrier } = waybill;
  return tidy({
    infoTributaria: taxInformation(waybill),
    infoGuiaRemision: tidy({
      dirEstablecimiento: line(issuer.establishmentAddress),
      dirPartida: plainLine(waybill.from),
      razonSocialTransportista: plainLine(carrier.name),
      tipoIdentificacionTransportista: buyerIdCodes[carrier.idType],
      rucTransportista: carrier.id,
      obligadoContabilidad: yesOrNo(issuer.keepsAccounts),
      contribuyenteEspecial: issuer.specialTaxpayer,
      fechaIniTransporte: dayOf(waybill.startsOn),
      fechaFinTransporte: dayOf(waybill.endsOn),
      placa: plainLine(waybill.plate, 20),
    }),
    destinatarios: { destinatario: waybill.receivers.map(receiver) },
    infoAdicional: notesOf(waybill),
  });
};

const receiver = ({ lines, of, ...to }: ElectronicWaybill['receivers'][number]): Element =>
  tidy({
    identificacionDestinatario: to.id,
    razonSocialDestinatario: plainLine(to.name),
    dirDestinatario: plainLine(to.address),
    motivoTraslado: plainLine(to.reason),
    docAduaneroUnico: line(to.customsDocument, 20),
    codEstabDestino: to.destinationCode,
    ruta: line(to.route),
    ...(of && {
      codDocSustento: documentCodes.INVOICE,
      numDocSustento: of.number,
      numAutDocSustento: of.accessKey,
      fechaEmisionDocSustento: dayOf(of.issuedOn),
    }),
    detalles: {
      detalle: lines.map(({ code, otherCode, description, quantity }) =>
        tidy({
          codigoInterno: plainLine(code, 25),
          codigoAdicional: line(otherCode, 25),
          descripcion: plainLine(description),
          cantidad: quantity,
        }),
      ),
    },
  });

const taxInformation = (document: Heading & Pick<SriDocument, 'kind'>): Element => {
  const { issuer } = document;
  return tidy({
    ambiente: environmentCodes[document.environment],
    tipoEmision: '1',
    razonSocial: plainLine(issuer.legalName),
    nombreComercial: line(issuer.tradeName),
    ruc: issuer.ruc,
    claveAcceso: document.accessKey,
    codDoc: documentCodes[document.kind],
    estab: document.establishment,
    ptoEmi: document.emissionPoint,
    secuencial: sequenceText(document.sequence),
    dirMatriz: plainLine(issuer.mainAddress),
    agenteRetencion: issuer.withholdingAgent,
    contribuyenteRimpe: issuer.isRimpe ? 'CONTRIBUYENTE RÉGIMEN RIMPE' : undefined,
  });
};

const detail = (
  { code, otherCode, description, unit, details = [], ...amounts }: ElectronicLine,
  [mainName, otherName]: readonly [string, string],
  has: { readonly unit: boolean },
): Element =>
  tidy({
    [mainName]: plainLine(code, 25),
    [otherName]: line(otherCode, 25),
    descripcion: plainLine(description),
    ...(has.unit && { unidadMedida: line(unit, 50) }),
    cantidad: amounts.quantity,
    precioUnitario: amounts.unitPrice,
    descuento: toDecimal(amounts.discount),
    precioTotalSinImpuesto: toDecimal(amounts.base),
    detallesAdicionales:
      details.length > 0
        ? {
            detAdicional: details
              .slice(0, 3)
              .map(({ name, value }) => ({ '@nombre': plainLine(name), '@valor': plainLine(value) })),
          }
        : undefined,
    impuestos: {
      impuesto: amounts.taxes.map((tax) => ({
        codigo: tax.code,
        codigoPorcentaje: tax.rateCode,
        tarifa: rateText(tax.rate),
        baseImponible: toDecimal(tax.base),
        valor: toDecimal(tax.amount),
      })),
    },
  });

/** Taxes of all lines, one row for each code and rate: sums of the lines' amounts, never computed anew (domain 1.9). */
const taxTotals = (lines: readonly ElectronicLine[]): readonly ElectronicTax[] => {
  const rows = new Map<string, ElectronicTax>();
  for (const tax of lines.flatMap(({ taxes }) => taxes)) {
    const key = `${tax.code}/${tax.rateCode}`;
    const so = rows.get(key);
    const base = so ? sum([so.base, tax.base], tax.base.currency) : tax.base;
    const amount = so ? sum([so.amount, tax.amount], tax.amount.currency) : tax.amount;
    rows.set(key, { ...tax, base, amount });
  }
  return [...rows.values()];
};

const totalTax = (tax: ElectronicTax): Element => ({
  codigo: tax.code,
  codigoPorcentaje: tax.rateCode,
  baseImponible: toDecimal(tax.base),
  valor: toDecimal(tax.amount),
});

const payment = (method: string, amount: Money, days: number | undefined): Element => ({
  formaPago: method,
  total: toDecimal(amount),
  ...(days !== undefined && { plazo: String(days), unidadTiempo: 'dias' }),
});

/** The RUC of a software provider comes first: the law asks for it (annex 26 of the guide). */
const notesOf = ({ issuer, notes = [] }: Heading): Element | undefined => {
  const all = [...providerNote(issuer), ...notes].slice(0, 15);
  const written = all.map(({ name, value }) => ({ '@nombre': plainLine(name), [textName]: plainLine(value) }));
  return written.length > 0 ? { campoAdicional: written } : undefined;
};

const providerNote = ({ softwareProvider }: Issuer) =>
  softwareProvider ? [{ name: 'RUC Proveedor', value: softwareProvider }] : [];

const baseOf = (lines: readonly ElectronicLine[], { currency }: Money): Money =>
  sum(
    lines.map(({ base }) => base),
    currency,
  );

const tidy = (element: Element): Element =>
  Object.fromEntries(Object.entries(element).filter(([, value]) => value !== undefined && value !== ''));

const line = (text: string | undefined, max = 300): string | undefined =>
  text === undefined ? undefined : plainLine(text, max);

const yesOrNo = (is: boolean): string => (is ? 'SI' : 'NO');

const dayOf = (date: string): string => date.split('-').reverse().join('/');

const rateText = (rate: string): string => new Exact(rate).toFixed(2);

const currencyName = (currency: string): string => (currency === 'USD' ? 'DOLAR' : currency);
