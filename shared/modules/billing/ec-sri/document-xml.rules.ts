// Documents as the SRI's schemas want them, elements in their order: factura 1.1.0, notaCredito 1.1.0, guiaRemision 1.1.0
// (domain 1.2, 1.3). What the schemas call optional is left out where there is nothing to say.
import { moneyOf, sum, toDecimal, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';
import { canonicalXml, type Element } from './canonical-xml.rules.ts';
import { buyerIdCodes, documentCodes, paymentCodes } from './codes.rules.ts';
import type {
  ElectronicCreditNote,
  SriDocument,
  ElectronicInvoice,
  ElectronicLine,
  ElectronicTax,
} from './sri-document.rules.ts';
import { waybillParts } from './waybill-xml.rules.ts';
import { dayOf, line, notesOf, plainLine, taxInformation, tidy, yesOrNo } from './xml-parts.rules.ts';

/** The unsigned document: UTF-8 without a byte order mark, on one line below its declaration. */
export const documentXml = (document: SriDocument): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${canonicalXml(...rootOf(document))}`;

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

const baseOf = (lines: readonly ElectronicLine[], { currency }: Money): Money =>
  sum(
    lines.map(({ base }) => base),
    currency,
  );

const rateText = (rate: string): string => new Exact(rate).toFixed(2);

const currencyName = (currency: string): string => (currency === 'USD' ? 'DOLAR' : currency);
